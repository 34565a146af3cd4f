package dev.watchdog.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Lets each wait without a deadline of its own last a minute, not Awaitility's ten seconds: on a machine that others keep
 * busy only a failure costs that time. JUnit finds it by META-INF/services and puts it before every class.
 */
public final class PatientWaits implements BeforeAllCallback {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultTimeout(PATIENCE);
    }
}
