from django.apps import AppConfig


class Landscape(AppConfig):
    name = "learnwork.landscape"

    def ready(self) -> None:
        from learnwork.landscape.services_rulings import refuse_merger
        from learnwork.registry.decisions import merging

        merging.connect(refuse_merger, dispatch_uid=self.name)
