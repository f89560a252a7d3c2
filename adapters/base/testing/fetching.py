"""Promises about pages and cursors."""

from adapters.base.testing.facts import Facts

# From how many cursors of a stream a run is resumed to its end.
RESUMED = 10


class FetchingPromises(Facts):
    def test_end(self) -> None:
        """5. Fetching reaches the end of every stream, over more than one page."""
        for stream in self.streams(5):
            walk = self.walk(stream)
            assert not walk.endless, f"{stream}: after {len(walk.pages)} pages there is still more; when does it end?"
            assert walk.items, f"{stream}: the upstream brings no item; give it some, or this proves nothing"
            assert len(walk.pages) > 1, (
                f"{stream}: one page proves nothing about cursors; give the upstream more items than page_size"
            )

    def test_cursors(self) -> None:
        """6. Cursors are strings, none comes twice in a run, and the last one starts the next run."""
        for stream in self.streams(6):
            walk = self.walk(stream)
            seen = [page.cursor for page in walk.pages]
            wrong = {type(cursor).__name__ for cursor in seen if cursor is not None and not isinstance(cursor, str)}
            assert not wrong, f"{stream}: a cursor is a str that the store can keep, not {', '.join(sorted(wrong))}"
            assert None not in seen[:-1], f"{stream}: a page with more to come needs a cursor to go on from"
            assert seen[-1] is not None or not walk.items, f"{stream}: the last page needs a cursor for the next run"
            assert not walk.circle, f"{stream}: a cursor came twice, so the run goes in a circle"

    def test_resume(self) -> None:
        """7. A run that is killed after any page goes on from its cursor, and no record is lost."""
        for stream in self.streams(7):
            whole = self.walk(stream)
            if not whole.whole:
                continue  # promises 5 and 6 tell of that
            expected = self.keys(stream, whole.items) | self._in_large_pages(stream)
            resumed = self.walk(stream, each_page_anew=True)
            self._nothing_lost(stream, expected, self.keys(stream, resumed.items), "a new process for each page")
            for place, cursor in list(enumerate(whole.cursors))[:: 1 + len(whole.cursors) // RESUMED]:
                before = [raw for page in whole.pages[:place] for raw in page.items]
                after = self.walk(stream, cursor).items
                self._nothing_lost(
                    stream, expected, self.keys(stream, [*before, *after]), f"going on after page {place}"
                )

    def _in_large_pages(self, stream: str) -> set[tuple[object, ...]]:
        """The same in pages of the adapter's own size: what falls between two pages shows as a difference."""
        if "page_size" not in self.settings or hasattr(self.at.app, "unmatched"):
            return set()  # recordings know only their own pages
        return self.keys(stream, self.walk(stream, page_size=None).items)

    @staticmethod
    def _nothing_lost(stream: str, expected: set[tuple[object, ...]], found: set[tuple[object, ...]], how: str) -> None:
        lost = sorted(str(key[1]) for key in expected - found)
        assert not lost, f"{stream}: {how} loses {len(lost)} of {len(expected)} records, e.g. {', '.join(lost[:3])}"

    def test_incremental(self) -> None:
        """8. A run from the last cursor ends, and brings what changed at the source since."""
        first = {stream: self.walk(stream) for stream in self.streams(8)}
        last = {stream: walk.pages[-1].cursor for stream, walk in first.items() if walk.whole}
        for round_ in ("", "late "):
            self.clock.advance(3600 if round_ == "" else 20)
            changed = self.change(self.at.app)
            assert changed or round_, "change() must change something at the upstream, and say what: {stream: ids}"
            for stream, cursor in list(last.items()):
                news = self.walk(stream, cursor)
                assert news.whole, f"{stream}: a run from the last cursor does not end"
                last[stream] = news.pages[-1].cursor or cursor
                brought = {record.external_id for record in self.records(self.build(), stream, news.items)}
                missed = sorted(set(changed.get(stream, ())) - brought)
                assert not missed, f"{stream}: the next run misses a {round_}change: {', '.join(missed)}"
