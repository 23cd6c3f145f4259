from django.apps import AppConfig


class Competencies(AppConfig):
    name = "learnwork.competencies"
