package dev.watchdog.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test, saying so, where the tools of other languages are missing (Debian's nodejs, npm, python3,
 * python3-jsonschema, python3-kafka, kcat and openssl); fails it instead under {@code -Dwatchdog.require=all}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(Needs.Foreign.class)
public @interface NeedsForeign {}
