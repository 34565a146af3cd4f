package dev.watchdog.containers;

import dev.watchdog.linux.HostClock;
import dev.watchdog.linux.Moment;
import dev.watchdog.linux.MountEvents;
import dev.watchdog.linux.MountEventsListener;
import dev.watchdog.linux.MountTableListener;
import dev.watchdog.linux.MountTableWatch;
import java.io.IOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mount namespaces that are followed, each once: by the kernel's mount events, or by polling its mount table where
 * there are none. Safe from any thread.
 */
final class FollowedNamespaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FollowedNamespaces.class);

    private final HostClock clock;
    private final MountEvents events;
    private final Set<Long> followed = ConcurrentHashMap.newKeySet();
    /** The process they were followed through has ended; events of them are still heard until another stands in. */
    private final Set<Long> abandoned = ConcurrentHashMap.newKeySet();

    private @Nullable MountTableWatch tables;
    private volatile @Nullable MountSignals newest;

    FollowedNamespaces(HostClock clock, MountEvents events) {
        this.clock = clock;
        this.events = events;
    }

    /**
     * Tells of whatever is mounted or unmounted in a view's namespace, until the process it is seen through ends; of
     * mount events also after that, until {@link #forgetBut}: who restarts an engine ends the process first that its
     * namespace is followed through, and what it then does there is told before another process is found.
     *
     * @param signals told from now on of all the namespaces, in place of earlier ones
     * @return false if it is followed already
     * @throws IOException if it cannot be followed
     */
    synchronized boolean follow(View view, MountSignals signals) throws IOException {
        newest = signals;
        if (view.isClosed() || !followed.add(view.namespace())) {
            return false;
        }
        abandoned.remove(view.namespace());
        try {
            MountTableWatch open = tables;
            if (open == null) {
                open = new MountTableWatch(clock);
                tables = open;
            }
            if (listen(view, new Heard(view, open))) {
                open.watchEnd(view.pid(), view.namespace(), new Polled());
            } else {
                open.watch(view.pid(), view.namespace(), new Polled());
            }
            return true;
        } catch (IOException e) {
            abandon(view.namespace());
            throw e;
        }
    }

    private boolean listen(View view, MountEventsListener listener) {
        try {
            return events.watch(view.pid(), view.namespace(), listener);
        } catch (IOException e) {
            LOG.warn("who unmounts in namespace {} will not be known: {}", view.namespace(), e.getMessage());
            return false;
        }
    }

    private MountSignals signals() {
        return Objects.requireNonNull(newest);
    }

    /** In this order: nobody follows it again in between, to be forgotten as one that is abandoned. */
    private void abandon(long namespace) {
        abandoned.add(namespace);
        followed.remove(namespace);
    }

    /** Stops listening where nobody lives any more, but in these: there a process may still be found. */
    synchronized void forgetBut(Set<Long> needed) {
        abandoned.removeIf(each -> {
            boolean over = !needed.contains(each);
            if (over) {
                events.unwatch(each);
            }
            return over;
        });
    }

    /** A polled mount table tells that it has changed, not where. */
    private final class Polled implements MountTableListener {
        @Override
        public void changed(long namespace, Moment at) {
            signals().missed(namespace, at);
        }

        @Override
        public void ended(long namespace, Moment at) {
            // the next sweep follows it again through another process, if one lives there
            abandon(namespace);
            signals().missed(namespace, at);
        }
    }

    private final class Heard implements MountEventsListener {
        private final View view;
        private final MountTableWatch tables;

        Heard(View view, MountTableWatch tables) {
            this.view = view;
            this.tables = tables;
        }

        @Override
        public void detached(long namespace, long mountId, Moment at) {
            signals().detached(namespace, mountId, at);
        }

        @Override
        public void changed(long namespace, Moment at) {
            signals().changed(namespace, at);
        }

        @Override
        public void missed(long namespace, Moment at) {
            signals().missed(namespace, at);
        }

        /** Its table is polled from now on. */
        @Override
        public void deaf(long namespace, Moment at) {
            try {
                tables.watch(view.pid(), namespace, new Polled());
            } catch (IOException e) {
                LOG.warn("namespace {} is not followed any more: {}", namespace, e.getMessage());
            }
            signals().missed(namespace, at);
        }
    }

    @Override
    public synchronized void close() {
        if (tables != null) {
            tables.close();
        }
        events.close();
    }
}
