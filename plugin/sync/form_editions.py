"""Form schemas that come with the platform's dictionary take the place of older editions."""

import json


def install_forms(editions, items, told):
    """Install the form schemas among RemoteItems into a workspace's `editions`.

    `told(text)` hears of one that cannot be used.
    """
    for item in items:
        if item.collection == "dictionary" and item.properties.get("kind") == "form_schema":
            body = item.properties.get("body")
            try:
                editions.install(json.loads(body) if isinstance(body, str) else body, "platform")
            except Exception as error:  # noqa: BLE001 - a schema that this version cannot use must not stop the data
                told(f"dictionary {item.properties.get('key')}: {error}")
