"""What `--param` may say, checked before AWS or osls is asked for anything.

osls itself takes any name, and says of a wrong value only that a file is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

CHOICES = {
    "search": ("on", "off"),
    "dashboards": ("off", "on"),
    "capacity": ("on-demand", "provisioned"),
    "accessLogs": ("off", "on"),
}
CERTIFICATE = r"arn:aws[\w-]*:acm:([\w-]+):\d{12}:certificate/[\w-]+"
PATTERNS = {
    "domain": (r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", "a name like udagram.example.com"),
    "certificate": (CERTIFICATE, "the ARN of a certificate of ACM"),
    "pageCertificate": (CERTIFICATE, "the ARN of a certificate of ACM"),
    "zone": (r"Z[0-9A-Z]{1,31}", "the id of a hosted zone of Route 53"),
}
LONGEST_DOMAIN = 64 - len("live.")  # a certificate's name has 64 characters


class NoSuchOption(ValueError):
    """A parameter that this deployment does not have, or cannot have; the text says why."""


def check(parameters: Iterable[str], *, region: str) -> None:
    """Raise NoSuchOption for the first of `name=value` that cannot be deployed."""
    given = dict(_parsed(each) for each in parameters)
    if given.get("dashboards") == "on" and given.get("search") == "off":
        raise NoSuchOption("dashboards=on shows what search has: it cannot be with search=off.")
    if "domain" in given:
        _check_certificates(given, region)
    for name in ("certificate", "pageCertificate", "zone"):
        if name in given and "domain" not in given:
            raise NoSuchOption(f"{name} belongs to a domain: say domain=… too.")


def _parsed(parameter: str) -> tuple[str, str]:
    name, equals, value = parameter.partition("=")
    if not equals or name not in {*CHOICES, *PATTERNS}:
        known = ", ".join((*CHOICES, *PATTERNS))
        raise NoSuchOption(
            f"There is no option {parameter!r}. There are: {known}; each name=value."
        )
    if name in CHOICES:
        if value not in CHOICES[name]:
            raise NoSuchOption(f"{name} is {' or '.join(CHOICES[name])}, not {value!r}.")
    elif not re.fullmatch(PATTERNS[name][0], value):
        raise NoSuchOption(f"{name} is {PATTERNS[name][1]}, not {value!r}.")
    return name, value


def _check_certificates(given: Mapping[str, str], region: str) -> None:
    if len(given["domain"]) > LONGEST_DOMAIN:
        raise NoSuchOption(f"domain has {LONGEST_DOMAIN} characters at most.")
    if "certificate" not in given:
        raise NoSuchOption(
            "A domain needs certificate=…, for the name itself, api. and live. of it."
        )
    if _region(given["certificate"]) != region:
        raise NoSuchOption(f"API Gateway reads certificates of its own region only: {region}.")
    if _region(given.get("pageCertificate", given["certificate"])) != "us-east-1":
        raise NoSuchOption(
            "CloudFront reads certificates of us-east-1 only: say pageCertificate=…."
        )


def _region(certificate: str) -> str:
    return certificate.split(":")[3]
