package dev.watchdog.kafka;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Tells which batches of an answer belong to transactions that were given up, as Kafka's own consumer does: the broker
 * says where each such transaction began, and a control batch of the same producer ends it. Batches are to be asked about
 * in their order.
 */
final class AbortedTransactions {
    private final Queue<AbortedTransaction> ahead =
            new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
    private final Set<Long> producers = new HashSet<>();

    AbortedTransactions(@Nullable List<AbortedTransaction> all) {
        if (all != null) {
            ahead.addAll(all);
        }
    }

    /** True if the batch holds nothing for anybody: it was given up, or only marks the end of a transaction. */
    boolean hides(RecordBatch batch) {
        for (AbortedTransaction next = ahead.peek();
                next != null && next.firstOffset() <= batch.lastOffset();
                next = ahead.peek()) {
            producers.add(next.producerId());
            ahead.remove();
        }
        if (batch.isControlBatch()) {
            // a marker of a commit ends none that was given up, and one producer has no two transactions at a time
            producers.remove(batch.producerId());
            return true;
        }
        return batch.isTransactional() && producers.contains(batch.producerId());
    }
}
