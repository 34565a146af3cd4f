package dev.watchdog.guests.policy;

/** How hard a guest is pressed. Only a green one ever gives. */
public enum Pressure {
    GREEN,
    YELLOW,
    RED
}
