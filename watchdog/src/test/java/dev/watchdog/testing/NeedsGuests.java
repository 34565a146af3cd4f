package dev.watchdog.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Skips the test, saying so, where libvirt and QEMU are not there (root, and the packages libvirt-daemon,
 * libvirt-daemon-driver-qemu, libvirt-clients and qemu-system-x86); fails it instead under {@code -Dwatchdog.require=all}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith({Needs.Guests.class, BuiltGuestImage.class})
public @interface NeedsGuests {}
