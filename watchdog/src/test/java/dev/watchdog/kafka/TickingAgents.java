package dev.watchdog.kafka;

import dev.watchdog.agent.Agent;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Several agents in one process, made to be killed. Says "ready" when all run, on standard output. */
final class TickingAgents {
    private TickingAgents() {}

    /** The directory that all is kept in, the broker's address, the topics' prefix, how many agents. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[3]);
        CountDownLatch ready = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            String host = "h" + i;
            Thread starter = new Thread(
                    () -> {
                        start(directory, arguments[1], arguments[2], host);
                        ready.countDown();
                    },
                    "start-" + host);
            starter.start();
        }
        ready.await();
        System.out.println("ready");
        new CountDownLatch(1).await();
    }

    private static void start(Path directory, String servers, String prefix, String host) {
        try {
            Agent ignored = Agent.start(CommandScene.setup(
                    directory,
                    servers,
                    prefix,
                    host,
                    Map.of("WATCHDOG_KAFKA_HEARTBEAT_EVERY", "1h"),
                    new TickDomain(directory.resolve(host + ".ticks"))));
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
