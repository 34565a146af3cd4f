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

    private static final String QEMU = "http://libvirt.org/schemas/domain/qemu/1.0";

    private static final String NO_BALLOON = "it has no balloon device: its XML needs <memballoon model='virtio'/>";
    private static final String ASSIGNED =
            "a device of the host is assigned to it, which pins its memory: a balloon would free nothing";
    private static final String VDPA =
            "it has a vhost-vdpa device, which pins its memory: a balloon would free nothing";
    private static final String HUGE_PAGES = "its memory is in huge pages, which a balloon cannot free";
    private static final String LOCKED = "its memory is locked: a balloon would free nothing";
    private static final String VIRTIO_MEM = "it has virtio-mem devices, whose size is not the balloon's";

    /** Passed through by QEMU itself, without VFIO: the guest's memory is not pinned. */
    private static final Set<String> WITHOUT_VFIO = Set.of("usb", "scsi", "scsi_host");

    private final XMLStreamReader reader;
    private final Deque<String> path = new ArrayDeque<>();
    private final Set<String> obstacles = new LinkedHashSet<>();
    private final MetadataElement metadata = new MetadataElement();
    private boolean balloon;
    private boolean autodeflate;
    private int statsPeriod;

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
            all.add(NO_BALLOON);
        }
        all.addAll(obstacles);
        return new GuestDescription(balloon, autodeflate, statsPeriod, all, metadata.wishes());
    }

    private void walk() throws XMLStreamException, Refused {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start();
                case XMLStreamConstants.END_ELEMENT -> {
                    if (path.size() == ours) {
                        ours = 0;
                    }
                    path.removeLast();
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                    if (ours > 0 && !reader.isWhiteSpace()) {
                        metadata.inside();
                    }
                }
                case XMLStreamConstants.DTD -> throw new Refused("it has a document type");
                case XMLStreamConstants.ENTITY_REFERENCE -> throw new Refused("it has an entity");
                default -> {}
            }
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
        } else if (QEMU.equals(namespace) && attribute("value").contains("vfio")) {
            obstacles.add(ASSIGNED);
        }
        // an element of somebody else's namespace is none of libvirt's, whatever its name
        path.addLast(libvirts ? reader.getLocalName() : "");
        if (libvirts && path.size() <= 4) {
            known(String.join("/", path));
        }
    }

    private void known(String place) {
        switch (place) {
            case "domain/memoryBacking/hugepages" -> obstacles.add(HUGE_PAGES);
            case "domain/memoryBacking/locked" -> obstacles.add(LOCKED);
            case "domain/devices/memballoon" -> {
                balloon = attribute("model").startsWith("virtio");
                autodeflate = attribute("autodeflate").equals("on");
            }
            case "domain/devices/memballoon/stats" -> statsPeriod = seconds(attribute("period"));
            case "domain/devices/memory" -> {
                if (attribute("model").equals("virtio-mem")) {
                    obstacles.add(VIRTIO_MEM);
                }
            }
            case "domain/devices/hostdev" -> {
                if (!WITHOUT_VFIO.contains(attribute("type"))) {
                    obstacles.add(ASSIGNED);
                }
            }
            case "domain/devices/interface", "domain/devices/disk" -> device(attribute("type"));
            default -> {}
        }
    }

    private void device(String type) {
        switch (type) {
            case "hostdev" -> obstacles.add(ASSIGNED);
            case "vdpa", "vhostvdpa" -> obstacles.add(VDPA);
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
