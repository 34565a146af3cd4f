package dev.watchdog.events;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.EdECKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ed25519 keys as text. Safe to use from any thread. */
public final class Keys {
    private static final String ALGORITHM = "Ed25519";
    private static final Pattern PEM = Pattern.compile(
            "\\s*-----BEGIN PRIVATE KEY-----\\R([A-Za-z0-9+/=\\r\\n]{1,400})\\R-----END PRIVATE KEY-----\\s*");

    private Keys() {}

    /** A new pair. */
    public static KeyPair generate() {
        try {
            return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no Ed25519", e);
        }
    }

    /** PKCS#8 in PEM: a secret. */
    public static String toPem(PrivateKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getEncoder().encodeToString(key.getEncoded())
                + "\n-----END PRIVATE KEY-----\n";
    }

    /**
     * Reads what {@link #toPem}, or {@code openssl genpkey -algorithm ed25519}, wrote.
     *
     * @throws IllegalArgumentException if it is not that; the message says nothing of the text
     */
    public static PrivateKey fromPem(String pem) {
        Matcher matcher = PEM.matcher(pem);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a private key in PEM (PKCS#8)");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
            return checked(KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(der)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not an Ed25519 private key in PEM (PKCS#8)", e);
        }
    }

    /** Base64 of X.509's SubjectPublicKeyInfo, one line. */
    public static String toText(PublicKey key) {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /**
     * Reads what {@link #toText} wrote.
     *
     * @throws IllegalArgumentException if it is not that
     */
    public static PublicKey fromText(String text) {
        try {
            byte[] der = Base64.getDecoder().decode(text);
            return checked(KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(der)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not an Ed25519 public key in Base64 (X.509 SubjectPublicKeyInfo)", e);
        }
    }

    /** @throws IllegalArgumentException if it is a key of another kind */
    static <K extends Key> K checked(K key) {
        if (key instanceof EdECKey edwards
                && edwards.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
            return key;
        }
        throw new IllegalArgumentException("not an Ed25519 key");
    }
}
