// A small kube-bench result of the sample's first node.

/** The result as kube-bench prints it. */
export function kubeBench(): string {
  const result = (number: string, text: string, status: 'PASS' | 'FAIL' | 'WARN'): unknown => ({
    test_number: number,
    test_desc: text,
    type: status === 'WARN' ? 'manual' : '',
    remediation: status === 'PASS' ? '' : 'See the hardening standard of the platform team.',
    test_info: [],
    status,
    scored: status !== 'WARN',
  });
  const results = [
    result('4.1.1', 'Permissions of the kubelet service file are 600 or stricter', 'PASS'),
    result('4.1.5', 'Permissions of the kubelet configuration are 600 or stricter', 'PASS'),
    result('4.2.1', 'Anonymous authentication of the kubelet is off', 'PASS'),
    result('4.2.4', 'The read-only port of the kubelet is closed', 'PASS'),
    result('4.2.6', 'Kernel defaults are protected', 'FAIL'),
    result('4.2.9', 'The rate of kubelet events is set to what is needed', 'WARN'),
  ];
  const controls = [
    {
      id: '4',
      version: 'cis-1.10',
      detected_version: '1.31',
      text: 'Worker Node Security Configuration',
      node_type: 'node',
      tests: [{ section: '4.2', type: '', pass: 4, fail: 1, warn: 1, info: 0, desc: 'Kubelet', results }],
      total_pass: 4,
      total_fail: 1,
      total_warn: 1,
      total_info: 0,
    },
  ];
  return `${JSON.stringify({ Controls: controls, Totals: { total_pass: 4, total_fail: 1, total_warn: 1, total_info: 0 } }, undefined, 1)}\n`;
}
