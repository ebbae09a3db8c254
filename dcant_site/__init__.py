"""The building: settings, root addresses, WSGI, serving."""
