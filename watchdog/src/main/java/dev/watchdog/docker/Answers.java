package dev.watchdog.docker;

import com.github.dockerjava.api.command.GraphDriver;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventActor;
import com.github.dockerjava.api.model.Info;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns docker-java's answers, in which anything may be missing, into records in which nothing is. */
final class Answers {
    private static final String SANDBOXES = "/netns/";
    /** As docker run takes them, and as the engine writes them from 20.10 on. */
    private static final Set<String> MOUNTS = Set.of("SYS_ADMIN", "CAP_SYS_ADMIN", "ALL", "CAP_ALL");

    private final Failures failures;

    Answers(Failures failures) {
        this.failures = failures;
    }

    EngineInfo info(Info info, String api) {
        return new EngineInfo(
                present("engine id", info.getId()),
                present("version", info.getServerVersion()),
                api,
                present("storage driver", info.getDriver()),
                present("data root", info.getDockerRootDir()),
                Boolean.TRUE.equals(info.getRawValues().get("LiveRestoreEnabled")),
                isRootless(info.getSecurityOptions()));
    }

    /** Each option is {@code name=...}, and may go on after a comma. */
    private static boolean isRootless(@Nullable List<String> options) {
        return options != null && options.stream().anyMatch(option -> ("," + option + ",").contains(",name=rootless,"));
    }

    ContainerRef listed(Container container) {
        String[] names = container.getNames();
        return new ContainerRef(id(container.getId()), names == null || names.length == 0 ? "" : name(names[0]));
    }

    ContainerRecord inspected(String asked, InspectContainerResponse answer) {
        String id = id(answer.getId());
        if (!id.equals(asked)) {
            throw failures.garbage("it answered for another container");
        }
        ContainerState state = answer.getState();
        if (state == null) {
            throw failures.garbage("a container without a state");
        }
        GraphDriver driver = answer.getGraphDriver();
        String driverName = driver == null || driver.getName() == null ? answer.getDriver() : driver.getName();
        Long pid = state.getPidLong();
        return new ContainerRecord(
                id,
                name(answer.getName()),
                pid == null ? 0 : pid,
                Boolean.TRUE.equals(state.getRunning()),
                Boolean.TRUE.equals(state.getPaused()),
                instant(state.getStartedAt()),
                driverName == null ? "" : driverName,
                graph(answer),
                answer.getHostConfig() != null
                        && Boolean.TRUE.equals(answer.getHostConfig().getReadonlyRootfs()),
                dataRoot(id, answer),
                execRoot(answer),
                mayMount(answer));
    }

    /** Empty for what is no container's event. */
    Optional<EngineEvent> event(Event event) {
        EventActor actor = event.getActor();
        String id = actor == null ? event.getId() : actor.getId();
        String action = event.getAction() == null ? event.getStatus() : event.getAction();
        Long time = event.getTimeNano();
        if (id == null || action == null || time == null || !ContainerRef.isId(id)) {
            return Optional.empty();
        }
        Map<String, String> attributes = actor == null ? null : actor.getAttributes();
        String name = attributes == null ? null : attributes.get("name");
        int colon = action.indexOf(':');
        return Optional.of(new EngineEvent(colon < 0 ? action : action.substring(0, colon), id, name(name), time));
    }

    /** From the raw answer: docker-java knows the capabilities of its own time only. */
    private static boolean mayMount(InspectContainerResponse answer) {
        if (!(answer.getRawValues().get("HostConfig") instanceof Map<?, ?> host)
                || !Boolean.FALSE.equals(host.get("Privileged"))) {
            return true;
        }
        Object added = host.get("CapAdd");
        return added != null
                && (!(added instanceof List<?> names)
                        || names.stream()
                                .anyMatch(name ->
                                        MOUNTS.contains(String.valueOf(name).toUpperCase(Locale.ROOT))));
    }

    /** From the raw answer, because docker-java's GraphData knows nothing of overlay2's fields. */
    private static Map<String, String> graph(InspectContainerResponse answer) {
        Map<String, String> graph = new HashMap<>();
        if (answer.getRawValues().get("GraphDriver") instanceof Map<?, ?> driver
                && driver.get("Data") instanceof Map<?, ?> data) {
            data.forEach((key, value) -> {
                if (key instanceof String name && value instanceof String text) {
                    graph.put(name, text);
                }
            });
        }
        return graph;
    }

    /** The sandbox is {@code <exec root>/netns/<id>}, libnetwork's rule in every version with an exec root. */
    private static String execRoot(InspectContainerResponse answer) {
        String sandbox = answer.getNetworkSettings() == null
                ? null
                : answer.getNetworkSettings().getSandboxKey();
        int end = sandbox == null ? -1 : sandbox.lastIndexOf(SANDBOXES);
        return sandbox == null || end <= 0 || !sandbox.startsWith("/") ? "" : sandbox.substring(0, end);
    }

    /** The file is {@code <data root>/containers/<id>/resolv.conf}, moby's rule since 1.0. */
    private static String dataRoot(String id, InspectContainerResponse answer) {
        String file = answer.getResolvConfPath();
        int end = file == null ? -1 : file.lastIndexOf("/containers/" + id + "/");
        return file == null || end <= 0 || !file.startsWith("/") ? "" : file.substring(0, end);
    }

    private static Instant instant(@Nullable String text) {
        try {
            Instant instant =
                    text == null ? Instant.EPOCH : OffsetDateTime.parse(text).toInstant();
            return instant.isBefore(Instant.EPOCH) ? Instant.EPOCH : instant;
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    private String id(@Nullable String text) {
        if (text == null || !ContainerRef.isId(text)) {
            throw failures.garbage("a container id is '" + Plain.line(text) + "'");
        }
        return text;
    }

    private String present(String what, @Nullable String text) {
        if (text == null) {
            throw failures.garbage("no " + what);
        }
        return text;
    }

    /** The engine puts a slash before names, and says nothing of how long they may be. */
    private static String name(@Nullable String text) {
        String name = text == null ? "" : text.startsWith("/") ? text.substring(1) : text;
        return name.length() <= UnixTransport.LONGEST_NAME ? name : name.substring(0, UnixTransport.LONGEST_NAME) + "…";
    }
}
