"""The user's settings: `config.py` reads and checks config.toml, `config_file.py` writes its default and its lines."""
