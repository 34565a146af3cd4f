package dev.watchdog.events;

/**
 * What an event says: one record for each {@code dev.watchdog.<noun>.<past-verb>.v1} type. The set is closed so that
 * every reader is made to say what it does with a new one. {@link EventTypes} holds the names.
 */
public sealed interface EventData
        permits FaultRaised, FaultCleared, ActionEvent, SensorEvent, JournalTruncated, CommandEvent, RecordEvent {}
