"""Everything an operator runs: the `unityplan` command, embedded servers, migrations, provisioning."""
