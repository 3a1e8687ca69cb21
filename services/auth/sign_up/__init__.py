"""On which terms the territory lets people in: openly, by invitation or by approval, with or without passwords."""
