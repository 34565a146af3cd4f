package dev.watchdog.containers;

import dev.watchdog.healing.SourceReport;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which inventories answer, as last seen. Safe from any thread. */
final class SourceReports {
    private final Watchlist watchlist;
    private final Map<String, SourceReport> last = new ConcurrentHashMap<>();

    SourceReports(Watchlist watchlist) {
        this.watchlist = watchlist;
    }

    /** It has told what runs. */
    void told(ContainerSource source) {
        last.put(
                source.name(),
                source.nobody()
                        .map(tried -> source.expected()
                                ? SourceReport.unseen(source.name(), tried)
                                : SourceReport.absent(source.name(), tried))
                        .orElseGet(() -> SourceReport.connected(source.name(), 0)));
    }

    /** It cannot tell. */
    void blind(String source, String why, boolean absent) {
        last.put(source, absent ? SourceReport.absent(source, why) : SourceReport.unseen(source, why));
    }

    /** Of each of these, with how many containers are known from it now. */
    List<SourceReport> of(List<ContainerSource> sources) {
        return sources.stream().map(each -> of(each.name())).toList();
    }

    private SourceReport of(String source) {
        SourceReport known = last.getOrDefault(source, SourceReport.waiting(source));
        return known.isConnected()
                ? SourceReport.connected(source, watchlist.ids(source).size())
                : known;
    }
}
