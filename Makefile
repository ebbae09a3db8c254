# make help

test: ; .venv/bin/python -m pytest
