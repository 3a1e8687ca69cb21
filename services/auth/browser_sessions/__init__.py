"""Sessions of pages: the refresh token lies in a cookie that no script can read."""
