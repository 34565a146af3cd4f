package dev.watchdog.containers;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Stops the first repair that comes to a step until it is let through. */
final class Gate implements Consumer<RepairStep> {
    private final RepairStep step;
    private final AtomicBoolean first = new AtomicBoolean(true);
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    Gate(RepairStep step) {
        this.step = step;
    }

    @Override
    public void accept(RepairStep told) {
        if (told == step && first.compareAndSet(true, false)) {
            reached.countDown();
            waitFor(open, "let through");
        }
    }

    void awaitReached() {
        waitFor(reached, "reached");
    }

    void letThrough() {
        open.countDown();
    }

    private void waitFor(CountDownLatch latch, String what) {
        try {
            if (!latch.await(PretendRoom.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(step + " was not " + what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
