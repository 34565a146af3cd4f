package dev.watchdog.linux;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of the host's root, proven by what it cannot choose: it runs as root in the agent's own user namespace and
 * pid namespace with CAP_SYS_ADMIN, its mount namespace belongs to that user namespace, and only root can have written
 * what it executes. Its name, its arguments, its environment and its control group are its own claims and are not asked.
 *
 * <p>Held by a {@link Pidfd}, so a number that is given to another process is never taken for it; it pins neither the
 * process nor its namespaces. Reads a few small files of /proc, a tenth of a millisecond. Safe from any thread.
 */
public final class TrustedProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedProcess.class);

    private static volatile ProcessFacts.@Nullable Home home;

    private final Pidfd process;
    private final ProcessId id;

    private TrustedProcess(Pidfd process, ProcessId id) {
        this.process = process;
        this.id = id;
    }

    /**
     * Proves the process that has a number now.
     *
     * @throws UntrustedException if it is not proven to be root's
     * @throws IOException if there is none
     */
    public static TrustedProcess prove(int pid) throws IOException {
        Pidfd process = Pidfd.open(pid);
        boolean proven = false;
        try {
            TrustedProcess trusted = new TrustedProcess(process, look(process).id());
            proven = true;
            return trusted;
        } finally {
            if (!proven) {
                process.close();
            }
        }
    }

    /**
     * Proves one that was proven before.
     *
     * @throws UntrustedException if it is not proven to be root's any more
     * @throws IOException if it has ended
     */
    public static TrustedProcess prove(ProcessId id) throws IOException {
        TrustedProcess found = prove(id.pid());
        if (!found.id.equals(id)) {
            found.close();
            throw new ErrnoException("look at", "process " + id.pid(), Errno.ESRCH);
        }
        return found;
    }

    /** Another hold on the same process. */
    public TrustedProcess again() throws IOException {
        return prove(id);
    }

    /**
     * Looks at it anew, for use at once: just before its namespace is entered.
     *
     * @throws UntrustedException if it is not proven to be root's any more
     * @throws IOException if it has ended
     */
    public Pidfd confirm() throws IOException {
        ProcessFacts ignored = look(process);
        return process;
    }

    private static ProcessFacts look(Pidfd process) throws IOException {
        ProcessFacts facts;
        try {
            facts = ProcessFacts.of(process);
        } catch (IOException e) {
            if (process.exited()) {
                throw new ErrnoException("look at", process, Errno.ESRCH);
            }
            throw new UntrustedException(process + " cannot be looked into: " + e.getMessage());
        }
        String objection = facts.objection(home());
        if (objection != null) {
            throw new UntrustedException(process + " is not proven to be root's: " + objection);
        }
        return facts;
    }

    private static ProcessFacts.Home home() throws IOException {
        ProcessFacts.Home known = home;
        if (known == null) {
            known = ProcessFacts.Home.own();
            home = known;
            if (known.userNamespace() != ProcessFacts.INITIAL_USER_NAMESPACE) {
                LOG.warn("the agent lives in a user namespace of its own: only processes in it are trusted, as root's");
            }
        }
        return Objects.requireNonNull(known);
    }

    public int pid() {
        return id.pid();
    }

    /** Which process it is, also after it has ended. */
    public ProcessId id() {
        return id;
    }

    public Pidfd pidfd() {
        return process;
    }

    /** Whether it has ended. Never blocks. */
    public boolean exited() throws ErrnoException {
        return process.exited();
    }

    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return process.toString();
    }
}
