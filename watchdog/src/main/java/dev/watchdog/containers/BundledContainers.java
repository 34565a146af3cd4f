package dev.watchdog.containers;

import dev.watchdog.containerd.Bundle;
import dev.watchdog.containerd.Bundles;
import dev.watchdog.docker.ContainerRef;
import dev.watchdog.linux.Descriptor;
import dev.watchdog.linux.ProcessId;
import dev.watchdog.linux.Processes;
import dev.watchdog.linux.RootView;
import dev.watchdog.linux.UntrustedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running containers that one containerd's bundles tell of. Those of Docker, in the namespace {@value #DOCKERS}, are
 * its engine's to tell of. Reads files: on a resident thread.
 */
final class BundledContainers {
    private static final String DOCKERS = "moby";
    /** In all namespaces: bundles are directories, and may be there without any container. */
    static final int MOST_BUNDLES = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(BundledContainers.class);

    private final Bundles bundles;
    private final String source;
    private final Doubts doubts = new Doubts(LOG);

    /** Who is shown what a list comes by. */
    interface Tour {
        /** Nobody minds, but that a part is not taken for all. */
        Tour ALONE = new Tour() {
            @Override
            public void namespaces(Descriptor directory) {}

            @Override
            public void namespace(String name, Descriptor directory) {}

            @Override
            public void idle(String namespace, String id) {}

            @Override
            public void unseen(String why) throws IOException {
                throw new IOException(why);
            }
        };

        /** The directory of all namespaces. */
        void namespaces(Descriptor directory) throws IOException;

        /** The directory of one namespace's bundles. */
        void namespace(String name, Descriptor directory) throws IOException;

        /** A bundle whose container does not run, or not yet. */
        void idle(String namespace, String id);

        /** There is more than was looked at. */
        void unseen(String why) throws IOException;
    }

    /** @param source that tells of them */
    BundledContainers(String state, String source) {
        this.bundles = new Bundles(state);
        this.source = source;
    }

    /** Those that run now, unless the tour is told that there are more. */
    List<RunningContainer> list(RootView files, Tour tour) throws IOException {
        List<RunningContainer> found = new ArrayList<>();
        try (Descriptor tasks = bundles.open(files)) {
            if (tasks == null) {
                return found;
            }
            tour.namespaces(tasks);
            Bundles.Listed namespaces = bundles.namespaces(tasks);
            if (!namespaces.all()) {
                tour.unseen("it has more namespaces than the agent looks at");
            }
            int left = MOST_BUNDLES;
            for (String namespace : namespaces.names()) {
                if (!namespace.equals(DOCKERS)) {
                    left -= list(files, namespace, left, found, tour);
                }
            }
        }
        return found;
    }

    /** How many bundles were looked at. */
    private int list(RootView files, String namespace, int most, List<RunningContainer> found, Tour tour)
            throws IOException {
        String place = source + ": the namespace " + namespace;
        try (Descriptor directory = bundles.open(files, namespace)) {
            doubts.believe(place);
            if (directory == null) {
                return 0;
            }
            tour.namespace(namespace, directory);
            Bundles.Listed ids = bundles.ids(directory);
            List<String> looked =
                    ids.names().subList(0, Math.min(most, ids.names().size()));
            if (!ids.all() || looked.size() < ids.names().size()) {
                tour.unseen("namespace " + namespace + " has bundles beyond the " + MOST_BUNDLES + " of all, or "
                        + Bundles.MOST_BUNDLES + " of one namespace, that the agent looks at");
            }
            for (String id : looked) {
                RunningContainer container = believed(files, namespace, id);
                if (container != null) {
                    found.add(container);
                } else {
                    tour.idle(namespace, id);
                }
            }
            return looked.size();
        } catch (UntrustedException e) {
            doubts.doubt(place, String.valueOf(e.getMessage()));
            return 0;
        }
    }

    /** Null while it does not run. */
    @Nullable RunningContainer read(RootView files, String namespace, String id) throws IOException {
        int pid = running(files, namespace, id);
        Bundle bundle = pid == 0 ? null : bundles.read(files, namespace, id, pid);
        return bundle == null ? null : container(bundle);
    }

    private int running(RootView files, String namespace, String id) throws IOException {
        int pid = bundles.pid(files, namespace, id);
        return Processes.exists(pid) ? pid : 0;
    }

    /** Of one that runs and whose bundle is not to be believed, which is logged once, only that. */
    private @Nullable RunningContainer believed(RootView files, String namespace, String id) {
        String bundle = source + ": the bundle of " + id(namespace, id);
        try {
            RunningContainer container = read(files, namespace, id);
            doubts.believe(bundle);
            return container;
        } catch (IOException e) {
            doubts.doubt(bundle, String.valueOf(e.getMessage()));
            return unreadable(files, namespace, id, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable RunningContainer unreadable(RootView files, String namespace, String id, String why) {
        try {
            int pid = running(files, namespace, id);
            return pid == 0
                    ? null
                    : new RunningContainer(
                            id(namespace, id),
                            namespace + "/" + id,
                            source,
                            pid,
                            "",
                            new Layer.LeftAlone(why),
                            0,
                            ProcessId.NONE,
                            why);
        } catch (IOException e) {
            // it does not even tell whether it runs
            return null;
        }
    }

    private RunningContainer container(Bundle bundle) {
        Layer layer = bundle.mounted()
                ? new Layer.Snapshot(bundle.namespace(), bundle.id())
                : new Layer.LeftAlone("its root is a directory that containerd did not mount: no mount to lose");
        String name = bundle.name().isEmpty() ? bundle.namespace() + "/" + bundle.id() : bundle.name();
        String rootfs = bundle.mounted() ? bundle.rootfs() : "";
        return new RunningContainer(
                id(bundle.namespace(), bundle.id()),
                name,
                source,
                bundle.pid(),
                rootfs,
                layer,
                0,
                ProcessId.NONE,
                null,
                bundle.mayMount());
    }

    /** Ids that are random are unique; others only in their namespace. */
    static String id(String namespace, String id) {
        return ContainerRef.isId(id) ? id : namespace + ":" + id;
    }
}
