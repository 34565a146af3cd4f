package dev.watchdog.docker;

/**
 * What an engine says of itself. Its process id is not among it: the API does not tell.
 *
 * @param id the engine's own id; engines that share one /etc/docker/key.json share it, so the address tells them apart
 * @param version of the engine, {@code 20.10.24+dfsg1}
 * @param api the API version in use, {@code 1.41}
 * @param driver the storage driver
 * @param dataRoot where the engine keeps its data, as the engine sees it
 * @param liveRestore whether containers live on while the engine is down
 * @param rootless whether it lives in a user namespace of its own ({@code name=rootless} among its security options)
 */
public record EngineInfo(
        String id, String version, String api, String driver, String dataRoot, boolean liveRestore, boolean rootless) {}
