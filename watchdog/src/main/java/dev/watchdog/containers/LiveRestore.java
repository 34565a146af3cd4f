package dev.watchdog.containers;

/** How live-restore loses roots, in words that are the same for what has happened and for what is going to. */
final class LiveRestore {
    /** What an engine does in a namespace where it does not see the roots of its containers. */
    static final String TAKING_BACK = "While it takes the containers back it mounts each root anew, unmounts it and"
            + " removes the directory, and that takes the good mount of the old namespace with it.";

    /** What in a unit gives a service its own mount namespace; {@link UnitFiles} knows more. */
    static final String OPTIONS = "MountFlags=, PrivateTmp=, PrivateMounts=, PrivateDevices=, ProtectSystem=,"
            + " ProtectHome=, BindPaths= and the like";

    private LiveRestore() {}
}
