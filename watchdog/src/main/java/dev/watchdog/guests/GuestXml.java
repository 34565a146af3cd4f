package dev.watchdog.guests;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a domain's XML from libvirt once, front to back, and keeps nothing but what is looked for. At most 4 MiB (what
 * libvirt gives), 64 levels and 20,000 names; no document types, so no entities. Where an element must stand to mean something is
 * libvirt's (libvirt.org/formatdomain.html).
 */
final class GuestXml {
    private static final int LONGEST = 4 << 20;
    private static final int DEEPEST = 64;

    /** Elements and attributes: the parser keeps each name that it has met, and a thousand devices have half of them. */
    private static final int MOST_NAMES = 20_000;

    /** Of an element: a number has at most twenty digits. */
    private static final int MOST_TEXT = 64;

    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";

    /** Passed through by QEMU itself, without VFIO: the guest's memory is not pinned. */
    private static final Set<String> WITHOUT_VFIO = Set.of("usb", "scsi", "scsi_host");

    private final XMLStreamReader reader;
    private final Deque<String> path = new ArrayDeque<>();
    private final Set<String> obstacles = new LinkedHashSet<>();
    private final MetadataElement metadata = new MetadataElement();
    private final QemuArguments arguments = new QemuArguments();
    private final MemoryDevices devices = new MemoryDevices();
    private final NodeBindings nodes = new NodeBindings();
    private final StringBuilder text = new StringBuilder();
    private boolean balloon;
    private boolean autodeflate;
    private int statsPeriod;
    private boolean hugePages;
    private String system = "";

    private int names;

    /** How deep the element of ours is that we are in; 0 outside. */
    private int ours;

    private GuestXml(XMLStreamReader reader) {
        this.reader = reader;
    }

    /** Never fails: what cannot be read is an obstacle. */
    static GuestDescription read(String xml) {
        if (xml.length() > LONGEST) {
            return unreadable("it is larger than 4 MiB");
        }
        try {
            GuestXml guest = new GuestXml(factory().createXMLStreamReader(new BoundedMarkup(new StringReader(xml))));
            guest.walk();
            return guest.description();
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof BoundedMarkup.TooLong tooLong) {
                return unreadable(String.valueOf(tooLong.getMessage()));
            }
            Location where = e.getLocation();
            return unreadable(
                    where == null
                            ? "it is not well-formed"
                            : "it is not well-formed at line " + where.getLineNumber() + ", column "
                                    + where.getColumnNumber());
        } catch (Refused e) {
            return unreadable(e.why);
        } catch (RuntimeException e) {
            // the JDK's reader meets some malformed input with exceptions of this kind
            return unreadable("it is not well-formed");
        }
    }

    /** The JDK's own, whatever else is on the class path; one for each reading, for it need not be shareable. */
    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        return factory;
    }

    static GuestDescription unreadable(String why) {
        return new GuestDescription(false, false, 0, List.of("its XML cannot be read: " + why), MemoryWishes.NONE);
    }

    private GuestDescription description() {
        List<String> all = new ArrayList<>();
        if (!balloon) {
            all.add(Obstacles.NO_BALLOON);
        }
        arguments.judge(obstacles);
        all.addAll(obstacles);
        boolean pool = hugePages || obstacles.contains(Obstacles.HUGE_PAGES);
        MemoryBacking backing = new MemoryBacking(devices.beside(), pool, nodes.bound(), nodes.chosen());
        return new GuestDescription(
                balloon, autodeflate, statsPeriod, all, metadata.wishes(), backing, KindHint.of(system));
    }

    private void walk() throws XMLStreamException, Refused {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start();
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> characters();
                case XMLStreamConstants.DTD -> throw new Refused("it has a document type");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw new Refused("it has an entity");
                default -> {}
            }
        }
    }

    private void end() {
        if (path.size() == ours) {
            ours = 0;
        }
        if (String.join("/", path).equals("domain/devices/memory/target/size")) {
            devices.size(text.toString());
        }
        path.removeLast();
    }

    private void characters() {
        if (ours > 0 && !reader.isWhiteSpace()) {
            metadata.inside();
        }
        if (text.length() < MOST_TEXT) {
            text.append(reader.getText(), 0, Math.min(MOST_TEXT, reader.getTextLength()));
        }
    }

    private void start() throws Refused {
        names += 1 + reader.getAttributeCount() + reader.getNamespaceCount();
        if (names > MOST_NAMES) {
            throw new Refused("it has more than " + MOST_NAMES + " elements and attributes");
        }
        if (path.size() >= DEEPEST) {
            throw new Refused("it is deeper than " + DEEPEST + " levels");
        }
        String namespace = reader.getNamespaceURI();
        boolean libvirts = namespace == null || namespace.isEmpty();
        if (path.isEmpty() && !(libvirts && reader.getLocalName().equals("domain"))) {
            throw new Refused("it is no domain");
        }
        if (ours > 0) {
            metadata.inside();
        } else if (path.size() == 2 && "metadata".equals(path.peekLast()) && metadata.take(reader)) {
            ours = path.size() + 1;
        } else if (QEMU.equals(namespace)) {
            arguments.add(attribute("value"));
        } else if (KindHint.NAMESPACE.equals(namespace) && reader.getLocalName().equals("os")) {
            system = attribute("id");
        }
        text.setLength(0);
        // an element of somebody else's namespace is none of libvirt's, whatever its name
        path.addLast(libvirts ? reader.getLocalName() : "");
        if (libvirts && path.size() <= 5) {
            known(String.join("/", path));
        }
        if (attribute("type").equals("nvme") && path.contains("disk")) {
            obstacles.add(Obstacles.NVME);
        }
    }

    private void known(String place) {
        switch (place) {
            case "domain/memoryBacking/hugepages" -> {
                hugePages = true;
                obstacles.add(Obstacles.HUGE_PAGES);
            }
            case "domain/memoryBacking/locked" -> obstacles.add(Obstacles.LOCKED);
            case "domain/launchSecurity" -> obstacles.add(Obstacles.CONFIDENTIAL);
            case "domain/numatune/memory" ->
                nodes.whole(attribute("mode"), attribute("nodeset"), attribute("placement"));
            case "domain/numatune/memnode" -> nodes.part(attribute("mode"), attribute("nodeset"));
            case "domain/devices/memballoon" -> {
                balloon = attribute("model").startsWith("virtio");
                autodeflate = attribute("autodeflate").equals("on");
            }
            case "domain/devices/memballoon/stats" -> statsPeriod = seconds(attribute("period"));
            case "domain/devices/memory" -> {
                devices.model(attribute("model"));
                if (attribute("model").equals("virtio-mem")) {
                    obstacles.add(Obstacles.VIRTIO_MEM);
                }
            }
            case "domain/devices/memory/source/pagesize" -> obstacles.add(Obstacles.HUGE_DIMM);
            case "domain/devices/memory/target/size" -> devices.unit(attribute("unit"));
            case "domain/devices/hostdev" -> {
                if (!WITHOUT_VFIO.contains(attribute("type"))) {
                    obstacles.add(Obstacles.ASSIGNED);
                }
            }
            case "domain/devices/interface", "domain/devices/disk" -> device(attribute("type"));
            default -> {}
        }
    }

    private void device(String type) {
        switch (type) {
            case "hostdev" -> obstacles.add(Obstacles.ASSIGNED);
            case "vdpa", "vhostvdpa" -> obstacles.add(Obstacles.VDPA);
            default -> {}
        }
    }

    private String attribute(String name) {
        String value = reader.getAttributeValue("", name);
        return value == null ? "" : value;
    }

    private static int seconds(String text) {
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
    }

    /** Well-formed, and yet not what libvirt would give. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private final String why;

        Refused(String why) {
            super(why);
            this.why = why;
        }
    }
}
