package dev.watchdog.security;

import com.sun.jna.Native;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** A process that makes each library load its native code, and then tells what is mapped into it. */
final class NativeCode {
    private NativeCode() {}

    public static void main(String[] arguments) throws Exception {
        byte[] value = "a value that is worth compressing, compressing, compressing".getBytes(StandardCharsets.UTF_8);
        for (CompressionType type : CompressionType.values()) {
            MemoryRecords batch = MemoryRecords.withRecords(Compression.of(type).build(), new SimpleRecord(value));
            for (Record record : batch.records()) {
                byte[] read = new byte[record.valueSize()];
                record.value().get(read);
                if (!java.util.Arrays.equals(read, value)) {
                    throw new IOException(type + " does not give back what it was given");
                }
            }
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
            connection.createStatement().execute("SELECT " + Native.POINTER_SIZE);
        }
        new PrintStream(System.out, true, StandardCharsets.UTF_8).print(Files.readString(Path.of("/proc/self/maps")));
    }
}
