package dev.watchdog.guests;

/** A guest's description as libvirt gives it, with parts of a test's choosing. */
final class DescribedGuest {
    static final String BALLOON =
            "<memballoon model='virtio' autodeflate='on'><stats period='5'/><alias name='balloon0'/></memballoon>";
    static final String WHOLE = "<memory xmlns='https://watchdog.dev/libvirt/memory/1'"
            + " manage='yes' floor='2GiB' ceiling='8589934592' weight='2.5'/>";

    private DescribedGuest() {}

    static GuestDescription guest(String metadata, String rest, String devices) {
        return GuestDescription.of(xml(metadata, rest, devices));
    }

    static String xml(String metadata, String rest, String devices) {
        return """
                <domain type='kvm' id='1'>
                  <name>a &lt;hostdev&gt; &amp; more</name>
                  <metadata>%s</metadata>
                  <memory unit='KiB'>8388608</memory>
                  %s
                  <devices>
                    <disk type='file' device='disk'/>
                    %s
                  </devices>
                  <seclabel type='dynamic'/>
                </domain>
                """.formatted(metadata, rest, devices);
    }
}
