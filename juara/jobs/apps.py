from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "juara.jobs"
    label = "juara_jobs"
