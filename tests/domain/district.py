"""A small district: a committee, three departments, two wards, and one person for each part in the play."""

from collections.abc import Iterable

from domain.directory import Directory, Grant, Person, Role, Unit, UnitKind

UNITS = (
    Unit(code="UBQ", name="Ủy ban nhân dân quận", kind=UnitKind.OFFICE),
    Unit(code="VP", name="Văn phòng", kind=UnitKind.OFFICE, parent="UBQ"),
    Unit(code="NV", name="Phòng Nội vụ", kind=UnitKind.DEPARTMENT, parent="UBQ"),
    Unit(code="TNMT", name="Phòng Tài nguyên và Môi trường", kind=UnitKind.DEPARTMENT, parent="UBQ"),
    Unit(code="P-A", name="Phường A", kind=UnitKind.WARD, parent="UBQ"),
    Unit(code="P-B", name="Phường B", kind=UnitKind.WARD, parent="UBQ"),
)


def person(username: str, role: Role | None, over: str, *, unit: str | None = None, active: bool = True) -> Person:
    """Someone who holds `role` over the unit `over`, and works there unless `unit` says otherwise."""
    roles = (Grant(role=role, unit=over),) if role else ()
    return Person(username=username, full_name=f"Đồng chí {username}", unit=unit or over, roles=roles, active=active)


PEOPLE = (
    person("chu-tich", Role.LEADER, "UBQ"),
    person("pct", Role.LEADER, "UBQ"),
    person("cv-theo-doi", Role.OFFICE, "UBQ", unit="VP"),
    person("tp-nv", Role.UNIT_HEAD, "NV"),
    person("tp-tnmt", Role.UNIT_HEAD, "TNMT"),
    person("ct-a", Role.UNIT_HEAD, "P-A"),
    person("ct-b", Role.UNIT_HEAD, "P-B"),
    person("cv-nv", Role.OFFICER, "NV"),
    person("cv-tnmt", Role.OFFICER, "TNMT"),
    person("kiem-tra", Role.AUDITOR, "UBQ"),
    person("quan-tri", Role.ADMIN, "UBQ"),
)


def district(people: Iterable[Person] = (), units: Iterable[Unit] = ()) -> Directory:
    """The district with more people and units; a person or unit of a known name takes the place of the old one."""
    return Directory((*UNITS, *units), (*PEOPLE, *people))
