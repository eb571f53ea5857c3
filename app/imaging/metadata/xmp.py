"""XMP packets (ISO 16684-1): how programs that know nothing of Atelier learn where a picture comes from.

Beside our own property, which restores the settings, the packet holds what other programs look for:
Dublin Core's description, and IPTC's properties for generated pictures (Photo Metadata Standard 2025.1).
"""

from __future__ import annotations

import re
from xml.parsers import expat
from xml.sax.saxutils import escape

from app.domain.provenance import Provenance

NAMESPACE = "urn:atelier:metadata:1.0/"
"""Of our own property. It never changes."""

MOST_BYTES = 4_000_000
"""Packets above this are not read."""

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_SETTINGS = f"{NAMESPACE} Settings"
_SHORT = 2_000
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def packet(told: Provenance) -> bytes:
    """Everything in one packet."""
    return _wrapped(_common(told) + _prompt(told) + _settings(told))


def divided_packet(told: Provenance, extension_id: str) -> bytes:
    """The packet of a file that keeps the long properties apart, in `extension`, under the id given here."""
    link = (
        f'<xmpNote:HasExtendedXMP xmlns:xmpNote="http://ns.adobe.com/xmp/note/">{extension_id}</xmpNote:HasExtendedXMP>'
    )
    return _wrapped(_common(told) + link)


def extension(told: Provenance) -> bytes:
    """The long properties, for `divided_packet`."""
    return _rdf(_prompt(told) + _settings(told)).encode("utf-8")


def settings_in(data: bytes) -> str | None:
    """The text of our property in a packet from anywhere; `None` when there is none.

    Documents with a DOCTYPE are refused as soon as it begins, so there are no entities to expand.
    """
    if len(data) > MOST_BYTES:
        return None
    reader = _Reader()
    try:
        reader.parser.Parse(data, True)
    except (expat.ExpatError, _Refused, ValueError, LookupError):  # the last two: encodings that expat lacks
        return None
    return reader.found


class _Refused(Exception):
    """The document holds what no packet needs."""


class _Reader:
    """Finds our property, written as an element or as an attribute: both are the same to XMP."""

    def __init__(self) -> None:
        self.found: str | None = None
        self._pieces: list[str] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse(self, *_: object) -> None:
        raise _Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if _SETTINGS in attributes:
            self.found = attributes[_SETTINGS]
        if name == _SETTINGS:
            self._pieces = []

    def _text(self, text: str) -> None:
        if self._pieces is not None:
            self._pieces.append(text)

    def _end(self, name: str) -> None:
        if name == _SETTINGS and self._pieces is not None:
            self.found, self._pieces = "".join(self._pieces), None


def _wrapped(properties: str) -> bytes:
    body = _rdf(properties)
    # The id is the one that every packet has; "r": programs are not to change it in place.
    return f'<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>{body}<?xpacket end="r"?>'.encode()


def _rdf(properties: str) -> str:
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about="" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" '
        'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'xmlns:atelier="{NAMESPACE}">{properties}</rdf:Description></rdf:RDF></x:xmpmeta>'
    )


def _common(told: Provenance) -> str:
    drawn = "trainedAlgorithmicMedia" if told.wish == "generate" else "compositeWithTrainedAlgorithmicMedia"
    made = f"<xmp:CreateDate>{told.made_at}</xmp:CreateDate>" if told.made_at else ""
    return (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{_plain(told.prompt[:_SHORT])}</rdf:li></rdf:Alt>'
        f"</dc:description><xmp:CreatorTool>Atelier</xmp:CreatorTool>{made}"
        f"<Iptc4xmpExt:DigitalSourceType>{_SOURCE}{drawn}</Iptc4xmpExt:DigitalSourceType>"
        f"<Iptc4xmpExt:AISystemUsed>{_plain(told.model)}</Iptc4xmpExt:AISystemUsed>"
    )


def _prompt(told: Provenance) -> str:
    return f"<Iptc4xmpExt:AIPromptInformation>{_plain(told.prompt)}</Iptc4xmpExt:AIPromptInformation>"


def _settings(told: Provenance) -> str:
    return f"<atelier:Settings>{escape(told.as_text())}</atelier:Settings>"


def _plain(text: str) -> str:
    """For people: what XML cannot hold is shown as U+FFFD. Our own property escapes it instead."""
    return escape(_NOT_XML.sub("\ufffd", text))
