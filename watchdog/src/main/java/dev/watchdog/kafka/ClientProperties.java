package dev.watchdog.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * The properties that a client of Kafka is made with: what we rest on, what suits a small agent, over that what the
 * operator set, and the secrets, which are read anew each time so that they can be replaced under a running agent.
 */
public final class ClientProperties {
    private static final int LARGEST_SECRET = 64 << 10;

    /** Milliseconds. */
    private static final String REQUEST_TIMEOUT = "10000";

    private final KafkaSettings settings;
    private final String clientId;
    private final Map<String, String> environment;
    private volatile Collection<String> secrets = List.of();

    /**
     * Makes them for one agent.
     *
     * @param hostId becomes part of the client id, by which brokers tell and limit clients
     */
    public ClientProperties(KafkaSettings settings, String hostId, Map<String, String> environment) {
        this.settings = settings;
        this.clientId = "watchdog-" + hostId;
        this.environment = Map.copyOf(environment);
    }

    /**
     * For the writer: nothing is ever given up or overtaken. A record that cannot be delivered stays where it is, for
     * days if need be, and only what was acknowledged by all replicas that are in sync counts.
     *
     * @throws IOException in one line if a secret cannot be read
     */
    Map<String, Object> producer() throws IOException {
        Map<String, Object> all = usual();
        all.put(ProducerConfig.LINGER_MS_CONFIG, "0");
        all.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(64 << 10));
        all.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(8 << 20));
        all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(2 << 20));
        all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_TIMEOUT); // shorter, and a slow broker never gets to answer
        all.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, "86400000");
        all.putAll(chosen());
        all.put(ProducerConfig.ACKS_CONFIG, "all");
        all.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        all.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "1");
        all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
        return all;
    }

    /**
     * For the reader of commands, which keeps its own place.
     *
     * @throws IOException in one line if a secret cannot be read
     */
    Map<String, Object> consumer() throws IOException {
        Map<String, Object> all = usual();
        all.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "500");
        // what is fetched has to be here before the request is given up, over a slow link as well, or it is fetched for
        // ever
        all.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, Integer.toString(128 << 10));
        all.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Integer.toString(128 << 10));
        // a fetch that comes back empty costs both sides: it waits at the broker for so long
        all.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "5000");
        all.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        all.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, "-1");
        all.putAll(chosen());
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        all.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        return all;
    }

    /**
     * For asking after topics and making them.
     *
     * @throws IOException in one line if a secret cannot be read
     */
    Map<String, Object> admin() throws IOException {
        Map<String, Object> all = usual();
        all.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT);
        all.putAll(chosen());
        return all;
    }

    /**
     * For any client: how the brokers are reached, and nothing of what we rest on.
     *
     * @throws IOException in one line if a secret cannot be read
     */
    public Map<String, Object> connection() throws IOException {
        Map<String, Object> all = usual();
        all.putAll(chosen());
        return all;
    }

    private Map<String, Object> usual() {
        Map<String, Object> all = new HashMap<>();
        all.put(AdminClientConfig.CLIENT_ID_CONFIG, clientId);
        all.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        all.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT);
        all.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, "100");
        all.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, "2000");
        all.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, ""); // nobody reads JMX here
        all.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, "false");
        return all;
    }

    private Map<String, String> chosen() throws IOException {
        Map<String, String> all = new TreeMap<>(settings.properties());
        Map<String, String> read = new TreeMap<>();
        for (Map.Entry<String, String> secret : settings.secrets().entrySet()) {
            read.put(secret.getKey(), read(secret.getKey(), secret.getValue()));
        }
        secrets = List.copyOf(read.values());
        all.putAll(read);
        return all;
    }

    private String read(String name, String reference) throws IOException {
        String rest = reference.substring(reference.indexOf(':') + 1);
        if (reference.startsWith("file:")) {
            return GuardedFile.read(Path.of(rest), LARGEST_SECRET).strip();
        }
        String value = environment.get(rest);
        if (value == null) {
            throw new IOException("the variable " + rest + " that kafka.secrets." + name + " names is not set");
        }
        return value;
    }

    /** What a failure says, in one line and without any secret that was read. */
    public String why(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = root.getMessage() == null ? root.toString() : root.getMessage();
        for (String secret : secrets) {
            text = secret.isEmpty() ? text : text.replace(secret, "(secret)");
        }
        return text.replaceAll("\\s+", " ").strip();
    }
}
