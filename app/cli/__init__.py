"""Commands for whoever runs the studio: `flask --app wsgi tokens …` and `flask --app wsgi library …`."""
