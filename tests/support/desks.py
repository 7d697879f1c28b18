"""One county's desk: a workspace, and a service on it for a platform. The self-check is off (the form's edition says
so): these desks test what goes over the line; tests/sync/test_self_check.py sends with the form as it ships."""

import uuid

import shapely
from onemap.tests.support.workspaces import ungated_workspace

SQUARE = shapely.to_wkb(shapely.MultiPolygon([shapely.box(119.01, 30.105, 119.1, 30.2)]))


class Desk:
    """One county's desk: a workspace and a service on it."""

    def __init__(self, platform, path, county="county_a", **transport):
        from onemap.plugin.store.workspace import Workspace
        from onemap.plugin.sync.credentials import StaticToken

        self.platform, self.path, self.credentials, self.options = (
            platform,
            path,
            StaticToken(platform.tokens[county]),
            transport,
        )
        code = platform.counties[county]
        self.ws = Workspace.open(path if path.exists() else ungated_workspace(path, code))
        self.url = platform.url

    @property
    def transport(self):
        from onemap.plugin.sync.options import TransportOptions
        from onemap.plugin.sync.transport import Transport

        session, options = self.options.get("session"), {k: v for k, v in self.options.items() if k != "session"}
        return Transport(self.url, self.credentials, session, TransportOptions(**{"pause": 0.02, **options}))

    @property
    def service(self):
        from onemap.plugin.sync.service import SyncService

        return SyncService(self.ws, self.transport, "li")

    def fill(self, form="project_site", submit=True, **values):
        """The id of a record filled in (and submitted)."""
        item = values.pop("id", None) or str(uuid.uuid4())
        samples = {
            "project_site": {"name": "示例项目 " + item[:8], "geometry": SQUARE},
            "plan_org": {"name": "示例规划院", "uscc": "91330000MA27U00G07"},
            "village_evaluation": {"xzcdm": "330110001001", "xzcmc": "示例村", "zrc": item[:8], "cls": "集聚提升类"},
        }
        row = {**samples[form], **values, "id": item}
        self.ws.save_records(form, [row], "wang")
        if submit:
            self.submit(form, item)
        return item

    def submit(self, form, item):
        self.ws.change_status(form, item, "ready", "wang")
        self.ws.change_status(form, item, "submitted", "zhao")

    def push(self):
        return self.service.push()

    def pull(self):
        return self.service.pull()

    def record(self, form, item):
        return self.ws.record(form, item)
