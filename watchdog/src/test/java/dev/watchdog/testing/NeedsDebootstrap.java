package dev.watchdog.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test, saying so, where no {@link DebianRoot} can be built (root, and the packages debootstrap and
 * util-linux); fails it instead under {@code -Dwatchdog.require=all}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(Needs.Debootstrap.class)
public @interface NeedsDebootstrap {}
