"""All that the page of a picture tells: what was asked and came, what it cost, its family, its place in a search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.domain.jobs import State
from app.domain.library import Album
from app.domain.library_query import LibraryQuery
from app.domain.requests import Vary
from app.domain.sentences import say
from app.services.generation import Generation
from app.services.jobs import Jobs
from app.services.library import Library
from app.web.addresses import form_for
from app.web.done import what_was_done
from app.web.doubts import once_more
from app.web.facts import brief_of_picture, facts_of, is_surprising
from app.web.library_words import library_address, picture_address, words_of
from app.web.made_from import before, drift_told, sources_of
from app.web.pages import PicturePage
from app.web.shapes import shape_of
from app.web.thumbs import thumbs_of
from app.web.wording import excerpt


@dataclass(frozen=True, slots=True)
class PictureView:
    """`tells`: whether downloaded files may tell how they were made."""

    library: Library
    jobs: Jobs
    generation: Generation
    tells: bool

    def page(
        self,
        owner: str,
        picture_id: str,
        query: LibraryQuery,
        *,
        typed: Mapping[str, str] | None = None,
        problem: str = "",
    ) -> PicturePage:
        """The picture among what the query finds. `typed`: what stands in its form when it could not be saved.

        Raises `NotFound`.
        """
        item = self.library.item(owner, picture_id)
        picture, job = item.picture, self.jobs.find(owner, item.picture.job_id)
        is_result = any(result.id == picture.id for result in job.pictures)
        newer, older = self.library.neighbours(owner, query, picture_id) if is_result else (None, None)
        prompt = "" if picture.kind == Vary.kind else picture.prompt  # nobody wrote the words of a variation
        standing = {"tags": "", "album_name": "", "note": picture.note} | dict(typed or {})
        facts = facts_of(job) if job.state is State.DONE else ()
        inside = tuple(self.library.albums_of(owner, picture_id))
        return PicturePage(
            picture=picture,
            job=job,
            shape=shape_of(picture.width, picture.height),
            title=excerpt(prompt) or (say("A variation") if picture.kind == Vary.kind else say("Picture")),
            prompt=prompt,
            form=form_for(job),
            words=words_of(query),
            newer=picture_address(newer, query) if newer else None,
            older=picture_address(older, query) if older else None,
            back=library_address(query),
            is_result=is_result,
            tags=standing["tags"],
            shown_tags=item.tags,
            note=standing["note"],
            album_name=standing["album_name"],
            problem=problem,
            inside=inside,
            outside=_without(self.library.albums(owner), inside),
            before=before(job, picture),
            drift=drift_told(job, picture),
            sources=sources_of(job),
            led_to=thumbs_of(self.library.family(owner, picture_id).led_to),
            facts=facts,
            brief=brief_of_picture(picture, job, self.generation.catalogue.model_or_generic(picture.model).title),
            is_surprising=is_surprising(job, facts),
            elapsed=(job.finished_at or job.created_at) - job.created_at,
            again=once_more(job, self.generation) if job.state.is_final else None,
            tells=self.tells,
            done=what_was_done(),
        )


def _without(albums: Iterable[Album], inside: Iterable[Album]) -> tuple[Album, ...]:
    """Those into which it can still be put."""
    known = {album.id for album in inside}
    return tuple(album for album in albums if album.id not in known)
