"""The components, one module a concern; `{% load juara_ui %}` brings them all."""
