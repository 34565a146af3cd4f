package dev.watchdog.testing;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Has what guests boot from built before the first test of a class begins, whose time limit is not for that. */
final class BuiltGuestImage implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
        var ignored = MachineImage.root();
    }
}
