package dev.watchdog.guests;

import dev.watchdog.healing.ActionKind;
import dev.watchdog.healing.Domain;
import dev.watchdog.healing.DomainContext;
import dev.watchdog.healing.DomainRuntime;
import dev.watchdog.healing.FaultKind;
import dev.watchdog.healing.SubjectTable;
import dev.watchdog.healing.VerbKind;
import dev.watchdog.libvirt.Hypervisor;
import dev.watchdog.libvirt.LibvirtHypervisor;
import dev.watchdog.libvirt.LibvirtSettings;
import dev.watchdog.linux.KernelFiles;
import java.util.List;

/** The memory of KVM guests, moved between them so that none is ever hurt. */
public final class GuestsDomain implements Domain {
    @Override
    public String name() {
        return "guests";
    }

    @Override
    public List<FaultKind> faultKinds() {
        return Kinds.FAULTS;
    }

    @Override
    public List<ActionKind> actionKinds() {
        return Kinds.ACTIONS;
    }

    @Override
    public List<VerbKind> verbs() {
        return List.of(MemoryOrder.VERB, ReleaseOrder.VERB);
    }

    @Override
    public Record defaults() {
        return GuestsSettings.DEFAULTS;
    }

    @Override
    public List<SubjectTable> tables() {
        return List.of(new SubjectTable(
                "guests",
                Kinds.GUEST,
                "The guests under watch: what they need, what they have, and why",
                Inventory.COLUMNS,
                Inventory.FURTHER));
    }

    @Override
    public DomainRuntime open(DomainContext context) {
        List<Hypervisor> hypervisors = context.section(LibvirtSettings.class).all().stream()
                .<Hypervisor>map(uri -> new LibvirtHypervisor(uri, LibvirtHypervisor.Timing.SHIPPED))
                .toList();
        return new GuestsRuntime(context, hypervisors, KernelFiles.HOST, MoveStep.UNHEARD);
    }
}
