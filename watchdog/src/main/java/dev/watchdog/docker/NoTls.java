package dev.watchdog.docker;

import com.github.dockerjava.transport.SSLConfig;
import javax.net.ssl.SSLContext;

/**
 * For engines on Unix sockets, where TLS is never spoken. Without a context of ours docker-java makes one for each client,
 * which loads three security providers and every certificate authority of the JDK: 300 classes, and a part of the start.
 */
final class NoTls extends SSLContext implements SSLConfig {
    NoTls() {
        super(null, null, "none");
    }

    @Override
    public SSLContext getSSLContext() {
        return this;
    }
}
