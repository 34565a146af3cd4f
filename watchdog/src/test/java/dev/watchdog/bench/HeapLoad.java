package dev.watchdog.bench;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * A program whose collector's log is a trace of {@code bench memory}: it keeps a set of objects alive that grows and shrinks
 * from phase to phase, and makes garbage beside it, each at a pace of its own. The logs in {@code bench/heaps} were made by it
 * with JDK 17: {@code java -Xmx1500m -Xlog:gc:file=g1.log -cp ... dev.watchdog.bench.HeapLoad 1 900 1500}.
 */
final class HeapLoad {
    private static final int STEP_MILLIS = 50;
    private static final int CHUNK = 1 << 18;
    private static final double CHUNKS_IN_MIB = 4;

    private HeapLoad() {}

    /** Arguments: a seed, the most MiB it keeps alive, and for how many seconds it runs. */
    public static void main(String[] args) throws InterruptedException {
        Random random = new Random(Long.parseLong(args[0]));
        double most = Double.parseDouble(args[1]) * CHUNKS_IN_MIB;
        long end = System.nanoTime() + Long.parseLong(args[2]) * 1_000_000_000L;
        Deque<byte[]> alive = new ArrayDeque<>();
        byte[] latest = new byte[0];
        double wanted = 0;
        double garbage = 0;
        int left = 0;
        while (System.nanoTime() < end) {
            if (left-- <= 0) {
                left = (10_000 + random.nextInt(80_000)) / STEP_MILLIS;
                wanted = most * (0.1 + 0.9 * random.nextDouble());
                garbage = random.nextDouble() * 120 * CHUNKS_IN_MIB * STEP_MILLIS / 1_000;
            }
            for (int i = 0; i < garbage; i++) {
                latest = new byte[CHUNK];
            }
            for (int i = 0; i < 6 && alive.size() < wanted; i++) {
                alive.add(new byte[CHUNK]);
            }
            for (int i = 0; i < 20 && alive.size() > wanted; i++) {
                alive.remove();
            }
            Thread.sleep(STEP_MILLIS);
        }
        System.out.println(alive.size() + latest.length);
    }
}
