from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "learnwork.intake"
    label = "intake"
