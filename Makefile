# Les commandes du projet : « make help » les liste.

PYTHON ?= python3
VENV := .venv
python := $(VENV)/bin/python
pip := $(python) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
compile := uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
# What neither reads .env nor keeps secrets: collecting files, checking code.
neutral := ENV_FILE=/dev/null SECRET_KEY=ni-secrete-ni-gardee-abcdefghijklmnopqrstuvwxyz-0123456789
static_sources := $(shell find articles/static -type f 2>/dev/null) dcant_site/static_parts.py

.DELETE_ON_ERROR:
.PHONY: help install run test test-postgresql check bench migrations lock

help: ## liste ces commandes
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

install: $(VENV)/run.stamp build/static.stamp ## prépare l’environnement dans .venv
	@:

run: install .env ## importe les exemples et sert le site sur http://127.0.0.1:8000/ (PORT=… pour un autre port)
	@$(python) -m dcant_site.serve --check
	@$(python) manage.py migrate --verbosity 0
	@$(python) manage.py import_posts fixtures/posts --media fixtures/media
	@$(python) manage.py create_pages
	@$(python) manage.py create_editor
	@exec $(python) -m dcant_site.serve

test: check build/static.stamp ## vérifie le code, puis lance tous les tests
	@$(python) -m pytest

# -t: in a folder of its own even for root, so that a run that was killed does not forbid the next one.
test-postgresql: $(VENV)/test.stamp build/static.stamp ## lance les tests de la base de données sur un PostgreSQL passager (Debian)
	@pg_virtualenv -t -o log_min_messages=panic sh -c 'DATABASE_URL="postgresql://$$PGUSER:$$PGPASSWORD@$$PGHOST:$$PGPORT/$$PGDATABASE" \
		$(python) -m pytest -m "database and not browser"'

check: $(VENV)/test.stamp
	@$(python) -m ruff check --quiet
	@$(python) -m ruff format --check --quiet
	@$(python) -m djlint --check --lint templates
	@$(python) -m djlint --lint articles/templates
	@$(python) -m mypy
	@$(neutral) $(python) manage.py makemigrations --check --dry-run
	@$(neutral) SITE_URL=https://annonces.example.fr TRUSTED_PROXIES=127.0.0.1 \
		$(python) manage.py check --deploy --fail-level WARNING

bench: $(VENV)/test.stamp build/static.stamp ## mesure les pages et la recherche parmi 20 000 articles, le poids d’une page, le rendu, puis l’import et l’export de 10 000 billets (BENCH_POSTS=…)
	@$(python) -m tests.bench
	@$(python) -m tests.bench_render
	@$(python) -m tests.bench_import

migrations: install ## écrit les migrations qu’un changement des modèles demande
	@$(neutral) $(python) manage.py makemigrations articles

lock: ## refait les listes de dépendances verrouillées (il faut uv)
	$(compile) pyproject.toml -o requirements/run.txt
	$(compile) pyproject.toml --extra postgresql -c requirements/run.txt -o requirements/postgresql.txt
	$(compile) pyproject.toml --group test -c requirements/run.txt -o requirements/test.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Il faut Python 3.11 ou plus récent ; $(PYTHON) ne l’est pas. Nommez-le : make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
		echo "L’environnement n’a pas pu être créé : installez le module venv (sous Debian : apt install python3-venv)." >&2; \
		rm -rf $(VENV); exit 1; }

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/bin/python
	@echo "Installation des dépendances dans $(VENV) (une minute la première fois)…"
	@$(pip) -r $<
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@echo "Installation de ce qu’il faut aux tests…"
	@$(pip) -r $<
	@touch $@

build/static.stamp: $(VENV)/run.stamp $(static_sources)
	@echo "Préparation des fichiers statiques…"
	@$(neutral) $(python) manage.py collectstatic --noinput --verbosity 0
	@touch $@

.env:
	@umask 077; $(python) -c 'import secrets; print("# Écrit une fois par make run ; les autres variables sont dans .env.example.", f"SECRET_KEY={secrets.token_urlsafe(50)}", sep="\n")' > $@
