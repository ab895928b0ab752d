/*
 * Classes of addresses and names, for the condition `network`: one table, read by the reference interpreter and by the
 * runtime alike. From IANA's special-purpose registries and its IPv6 address space (version below), and the pages of cloud
 * providers.
 */

/** When IANA last changed a registry that the table was made from. */
export const NETWORKS_VERSION = '2025-10-09';

/** The classes that `network` knows. An address may be of several. */
export const NETWORK_CLASSES = [
  'loopback',
  'private',
  'link_local',
  'metadata',
  'multicast',
  'reserved',
  'public',
] as const;

/** A block, and its classes: of the blocks that hold an address the longest says all. */
export const NETWORK_BLOCKS: readonly (readonly [block: string, classes: string])[] = [
  ['0.0.0.0/0', 'public'], // remainder: every other IPv4 address
  ['0.0.0.0/8', 'loopback'], // RFC 791, Section 3.2: this network
  ['0.0.0.0/32', 'loopback'], // RFC 1122, Section 3.2.1.3: this host on this network, unspecified address
  ['10.0.0.0/8', 'private'], // RFC 1918: Private-Use
  ['100.64.0.0/10', 'private'], // RFC 6598: Shared Address Space
  ['127.0.0.0/8', 'loopback'], // RFC 1122, Section 3.2.1.3: Loopback
  ['169.254.0.0/16', 'link_local'], // RFC 3927: Link Local
  ['172.16.0.0/12', 'private'], // RFC 1918: Private-Use
  ['192.0.0.0/24', 'reserved'], // RFC 6890, Section 2.1: IETF Protocol Assignments
  ['192.0.0.0/29', 'reserved'], // RFC 7335: IPv4 Service Continuity Prefix
  ['192.0.0.8/32', 'reserved'], // RFC 7600: IPv4 dummy address
  ['192.0.0.9/32', 'public'], // RFC 7723: Port Control Protocol Anycast
  ['192.0.0.10/32', 'public'], // RFC 8155: Traversal Using Relays around NAT Anycast
  ['192.0.0.170/32', 'reserved'], // RFC 8880: NAT64/DNS64 Discovery
  ['192.0.0.171/32', 'reserved'], // RFC 8880: NAT64/DNS64 Discovery
  ['192.0.2.0/24', 'reserved'], // RFC 5737: Documentation (TEST-NET-1)
  ['192.31.196.0/24', 'public'], // RFC 7535: AS112 (DNS sink), IPv4
  ['192.52.193.0/24', 'public'], // RFC 7450: Automatic Multicast Tunneling
  ['192.88.99.0/24', 'reserved'], // RFC 7526: Deprecated (6to4 Relay Anycast)
  ['192.88.99.2/32', 'reserved'], // RFC 6751: 6a44-relay anycast address
  ['192.168.0.0/16', 'private'], // RFC 1918: Private-Use
  ['192.175.48.0/24', 'public'], // RFC 7534: Direct Delegation AS112 Service
  ['198.18.0.0/15', 'reserved'], // RFC 2544: Benchmarking
  ['198.51.100.0/24', 'reserved'], // RFC 5737: Documentation (TEST-NET-2)
  ['203.0.113.0/24', 'reserved'], // RFC 5737: Documentation (TEST-NET-3)
  ['240.0.0.0/4', 'reserved'], // RFC 1112, Section 4: reserved for future use
  ['255.255.255.255/32', 'reserved'], // RFC 8190: Limited Broadcast
  ['224.0.0.0/4', 'multicast'], // RFC 5771: multicast (former class D)
  ['::1/128', 'loopback'], // RFC 4291: Loopback Address
  ['::/128', 'loopback'], // RFC 4291: Unspecified Address
  ['::ffff:0:0/96', 'reserved'], // RFC 4291: IPv4-mapped addresses
  ['64:ff9b::/96', 'public'], // RFC 6052: IPv4/IPv6 translation (NAT64)
  ['64:ff9b:1::/48', 'private'], // RFC 8215: IPv4/IPv6 translation, local use
  ['100::/64', 'reserved'], // RFC 6666: Discard-Only Address Block
  ['100:0:0:1::/64', 'reserved'], // RFC 9780: Dummy IPv6 Prefix
  ['2001::/23', 'reserved'], // RFC 2928: IETF Protocol Assignments
  ['2001::/32', 'reserved'], // RFC 4380: Teredo
  ['2001:1::1/128', 'public'], // RFC 7723: Port Control Protocol Anycast
  ['2001:1::2/128', 'public'], // RFC 8155: Traversal Using Relays around NAT Anycast
  ['2001:1::3/128', 'public'], // RFC 9665: DNS-SD Service Registration Protocol Anycast
  ['2001:2::/48', 'reserved'], // RFC 5180: Benchmarking
  ['2001:3::/32', 'public'], // RFC 7450: Automatic Multicast Tunneling
  ['2001:4:112::/48', 'public'], // RFC 7535: AS112 (DNS sink), IPv6
  ['2001:10::/28', 'reserved'], // RFC 4843: Deprecated (previously ORCHID)
  ['2001:20::/28', 'public'], // RFC 7343: ORCHIDv2
  ['2001:30::/28', 'public'], // RFC 9374: Drone Remote ID Protocol Entity Tags (DETs) Prefix
  ['2001:db8::/32', 'reserved'], // RFC 3849: Documentation
  ['2002::/16', 'reserved'], // RFC 3056: 6to4
  ['2620:4f:8000::/48', 'public'], // RFC 7534: Direct Delegation AS112 Service
  ['3fff::/20', 'reserved'], // RFC 9637: Documentation
  ['5f00::/16', 'reserved'], // RFC 9602: Segment Routing (SRv6) SIDs
  ['fc00::/7', 'private'], // RFC 4193: Unique-Local
  ['fe80::/10', 'link_local'], // RFC 4291: Link-Local Unicast
  ['::/96', 'reserved'], // RFC 4291, section 2.5.5.1: IPv4-compatible addresses, deprecated
  ['::/8', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['100::/8', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['200::/7', 'reserved'], // RFC 4048: reserved by IETF, formerly OSI NSAP
  ['400::/6', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['800::/5', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['1000::/4', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['2000::/3', 'public'], // RFC 4291, section 2.4: global unicast
  ['4000::/3', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['6000::/3', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['8000::/3', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['a000::/3', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['c000::/3', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['e000::/4', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['f000::/5', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['f800::/6', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['fe00::/9', 'reserved'], // RFC 4291, section 2.4: reserved by IETF
  ['fec0::/10', 'private'], // RFC 3879: site-local, deprecated
  ['ff00::/8', 'multicast'], // RFC 4291, section 2.7: multicast
  ['169.254.169.254/32', 'link_local metadata'], // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html: instance metadata of AWS, Azure, Google Cloud and most others
  ['100.100.100.200/32', 'private metadata'], // https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata/: instance metadata of Alibaba Cloud
  ['168.63.129.16/32', 'public metadata'], // https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16: Azure host agent (WireServer), DNS and health probes
  ['192.0.0.192/32', 'reserved metadata'], // https://docs.oracle.com/en/cloud/iaas-classic/compute-iaas-cloud/stcsg/retrieving-instance-metadata.html: instance metadata of Oracle Cloud Infrastructure Classic
  ['fd00:ec2::254/128', 'private metadata'], // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html: instance metadata of AWS, IPv6
];

/** Names by which instances find the metadata service of their cloud. They are of the class of their form as well. */
export const METADATA_NAMES: ReadonlySet<string> = new Set([
  'metadata.google.internal', // Google Cloud, the recommended name
  'metadata.goog', // Google Cloud
  'metadata', // Google Cloud, short form by the search domain
  'instance-data', // EC2 and EC2-like clouds (Eucalyptus)
  'instance-data.ec2.internal', // EC2, us-east-1
  'metadata.tencentyun.com', // Tencent Cloud
  'api.metadata.cloud.ibm.com', // IBM Cloud VPC
  'metadata.exoscale.com', // Exoscale
  'metadata.platformequinix.com', // Equinix Metal (service ended 2026-06-30)
  'metadata.packet.net', // Packet, the earlier name of Equinix Metal
  'data-server', // CloudStack, resolved by cloud-init
  'rancher-metadata', // Rancher 1.x (169.254.169.250)
  'rancher-metadata.rancher.internal', // Rancher 1.x (169.254.169.250)
]);

/** The last labels of names that only mean something inside a network. So do single labels. */
export const PRIVATE_ENDINGS: ReadonlySet<string> = new Set(
  'local internal lan home corp intranet localdomain svc home.arpa'.split(' '),
);
