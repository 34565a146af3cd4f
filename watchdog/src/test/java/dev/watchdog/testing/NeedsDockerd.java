package dev.watchdog.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test, saying so, where no private dockerd can be started (root and the packages docker.io, busybox-static,
 * fuse-overlayfs and util-linux); fails it instead under {@code -Dwatchdog.require=all}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(Needs.Engine.class)
public @interface NeedsDockerd {}
