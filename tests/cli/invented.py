"""An invented network, and boards of invented employers on a server of the test's own."""

import json

HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
PEOPLE = (
    ("Ilse", "Vandermolen", "Tallgrass Robotics Inc."),
    ("Kofi", "Mensah", "Tallgrass Robotics"),
    ("Noor", "Haddad", "Quillmere"),
    ("Ewan", "Strachan", "Strachan Advisory"),
    ("Sora", "Ishii", "Freelance"),
    ("Tomas", "Vidal", "Noor Haddad Design"),
)


def know(inroad, folder, people, name="Connections.csv"):
    file = folder / name
    rows = (
        f"{first},{last},https://www.linkedin.com/in/{first}-{last}-example,,{company},Cook,"
        "14 Mar 2026\n"
        for first, last, company in people
    )
    file.write_text(HEADER + "".join(rows), encoding="utf-8")
    inroad("contacts", "import", "--taken-on", "2026-11-01", file)


def directory(inroad, folder, *rows, name="list", code=0):
    file = folder / f"{name}.csv"
    file.write_text("name,source,token\n" + "".join(f"{r}\n" for r in rows), encoding="utf-8")
    return inroad("boards", "import", "--directory", file, code=code)


def greenhouse(web, token, employer, *titles):
    jobs = [
        {
            "id": n,
            "title": title,
            "absolute_url": f"https://job-boards.greenhouse.io/{token}/jobs/{n}",
            **({"company_name": employer} if employer else {}),
        }
        for n, title in enumerate(titles or ("Baker",), 1)
    ]
    body = json.dumps({"jobs": jobs})
    web.answers[f"boards-api.greenhouse.io/v1/boards/{token}/jobs"] = lambda r: r.say(200, body)


def lever(web, token, page_title):
    job = {"id": "j1", "text": "Baker", "hostedUrl": f"https://jobs.lever.co/{token}/j1"}
    web.answers[f"api.lever.co/v0/postings/{token}"] = lambda r: r.say(200, json.dumps([job]))
    page = f"<html><head><title>{page_title}</title></head></html>"
    web.answers[f"jobs.lever.co/{token}"] = lambda r: r.say(200, page)
