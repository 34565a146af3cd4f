package dev.watchdog.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import org.jspecify.annotations.Nullable;

/**
 * One docker-java client that speaks the API version agreed with its engine. All of it blocks: call it on the engine's
 * own threads; only {@link #close} may come from anywhere, and frees whoever waits.
 */
final class EngineClient implements AutoCloseable {
    /** The newest that docker-java 3.7 knows. Docker 29 asks for at least this; older engines for less. */
    private static final RemoteApiVersion NEWEST = RemoteApiVersion.VERSION_1_44;

    private static final String SCHEME = "unix://";

    private final String address;
    private final Failures failures;
    private final UnixTransport transport;
    private @Nullable DockerClient agreed;
    private String api = "";

    EngineClient(String address, Failures failures) {
        this.address = address;
        this.failures = failures;
        this.transport = new UnixTransport(address.substring(SCHEME.length()));
    }

    /** The client, after it has agreed on a version with the engine the first time. */
    synchronized DockerClient docker() {
        DockerClient known = agreed;
        if (known == null) {
            Version version = client(RemoteApiVersion.unknown()).versionCmd().exec();
            RemoteApiVersion common = common(version.getApiVersion(), version.getMinAPIVersion());
            known = client(common);
            api = common.getVersion();
            agreed = known;
        }
        return known;
    }

    /** The version agreed on, {@code 1.41}; empty before {@link #docker} has returned. */
    synchronized String api() {
        return api;
    }

    @Override
    public void close() {
        transport.close();
    }

    private RemoteApiVersion common(@Nullable String engine, @Nullable String least) {
        RemoteApiVersion newest = parse(engine);
        if (!newest.isGreater(NEWEST)) {
            return newest;
        }
        RemoteApiVersion oldest = least == null || least.isEmpty() ? NEWEST : parse(least);
        return oldest.isGreater(NEWEST) ? oldest : NEWEST;
    }

    private RemoteApiVersion parse(@Nullable String text) {
        if (text == null || !text.matches("[0-9]{1,4}\\.[0-9]{1,4}")) {
            throw failures.garbage("its API version is '" + Plain.line(text) + "'");
        }
        return RemoteApiVersion.parseConfig(text);
    }

    private DockerClient client(RemoteApiVersion version) {
        return DockerClientImpl.getInstance(
                new DefaultDockerClientConfig.Builder()
                        .withDockerHost(address)
                        .withApiVersion(version)
                        .withDockerTlsVerify(false)
                        .withDockerConfig("/nonexistent")
                        .withRegistryUrl("https://index.docker.io/v1/")
                        .build(),
                transport);
    }
}
