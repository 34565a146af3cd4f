package dev.watchdog.healing;

import java.util.List;

/**
 * What is behind a fault, in plain words for somebody who has never heard of it. Whole sentences without markup; made
 * from the fault's evidence alone, so that it can be told later and on another machine.
 *
 * @param broken what was broken and for whom
 * @param who who did it, or why that is not known
 * @param cause the likely cause, a short name that stays the same, such as {@code unmounted}
 * @param happened what happened, if that was the cause
 * @param because why that is thought to be it
 * @param sureness {@code certain}, {@code likely} or {@code possible}
 * @param prevention what would stop it from happening again
 */
public record Explanation(
        String broken,
        String who,
        String cause,
        String happened,
        String because,
        String sureness,
        List<String> prevention) {
    public Explanation {
        prevention = List.copyOf(prevention);
    }
}
