package dev.watchdog.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.ApiVersions;
import org.apache.kafka.clients.BootstrapConfiguration;
import org.apache.kafka.clients.ClientResponse;
import org.apache.kafka.clients.ManualMetadataUpdater;
import org.apache.kafka.clients.MetadataRecoveryStrategy;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.NetworkClientUtils;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.network.PlaintextChannelBuilder;
import org.apache.kafka.common.network.Selector;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;

/** Writes whole batches to a broker, as no client would make them. */
final class RawWriter implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 120_000;

    /** Later ones name a topic by its id. */
    private static final short VERSION = 12;

    private final Metrics metrics = new Metrics();
    private final NetworkClient client;
    private final Node node;

    RawWriter(String server) {
        PlaintextChannelBuilder channels = new PlaintextChannelBuilder(null);
        channels.configure(Map.of());
        LogContext log = new LogContext();
        client = new NetworkClient(
                new Selector(PATIENCE_MILLIS, metrics, Time.SYSTEM, "raw", channels, log),
                new ManualMetadataUpdater(),
                "raw",
                1,
                100,
                1_000,
                -1,
                -1,
                PATIENCE_MILLIS,
                PATIENCE_MILLIS,
                PATIENCE_MILLIS,
                Time.SYSTEM,
                true,
                new ApiVersions(),
                log,
                MetadataRecoveryStrategy.NONE,
                BootstrapConfiguration.DISABLED,
                false);
        String[] parts = server.split(":", 2);
        node = new Node(1, parts[0], Integer.parseInt(parts[1]));
    }

    /** Writes the batch to partition 0 and returns the offset of its first record. */
    long write(String topic, CompressionType type, HugeBatch batch) throws IOException {
        ProduceRequestData.TopicProduceData data = new ProduceRequestData.TopicProduceData()
                .setName(topic)
                .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                        .setIndex(0)
                        .setRecords(records(type, batch.count(), batch.bytes()))));
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) -1).setTimeoutMs(PATIENCE_MILLIS);
        request.topicData().add(data);
        assertThat(NetworkClientUtils.awaitReady(client, node, Time.SYSTEM, PATIENCE_MILLIS))
                .isTrue();
        ClientResponse response = NetworkClientUtils.sendAndReceive(
                client,
                client.newClientRequest(
                        node.idString(),
                        new ProduceRequest.Builder(ApiKeys.PRODUCE.oldestVersion(), VERSION, request),
                        Time.SYSTEM.milliseconds(),
                        true),
                Time.SYSTEM);
        var answer = ((ProduceResponse) response.responseBody())
                .data()
                .responses()
                .iterator()
                .next()
                .partitionResponses()
                .get(0);
        assertThat(Errors.forCode(answer.errorCode())).as(answer.errorMessage()).isEqualTo(Errors.NONE);
        return answer.baseOffset();
    }

    /** A batch with this behind its header. */
    static MemoryRecords records(CompressionType type, int count, ByteBuffer content) {
        // of today: a broker drops what is older than the topic keeps, from half a minute after its start on
        long now = Time.SYSTEM.milliseconds();
        ByteBuffer whole = ByteBuffer.allocate(DefaultRecordBatch.RECORD_BATCH_OVERHEAD + content.remaining());
        whole.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
        whole.put(content.duplicate());
        whole.position(0);
        DefaultRecordBatch.writeHeader(
                whole,
                0,
                Math.max(0, count - 1),
                whole.capacity(),
                RecordBatch.MAGIC_VALUE_V2,
                type,
                TimestampType.CREATE_TIME,
                now,
                now,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                false,
                false,
                0,
                count);
        return MemoryRecords.readableRecords(whole.position(0));
    }

    @Override
    public void close() {
        client.close();
        metrics.close();
    }
}
