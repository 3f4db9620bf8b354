// The customer's lists are known by the names of their columns; every row walks back to its line.
import { describe, expect, it } from 'vitest';
import type { RegisterKind } from '../../model/register.ts';
import { readCsv } from '../table/read-csv.ts';
import { recogniseCsv } from './csv-register.ts';
import { columnsOf, foldName } from './headers.ts';
import { REGISTER_KINDS } from './kinds.ts';
import { readRegister, type ReadRegister } from './read-register.ts';
import type { ColumnMapping } from './recognise-register.ts';
import { registerTemplate } from './register-template.ts';

const kindOf = (text: string, mappings: readonly ColumnMapping[] = []): string => {
  const { recognition } = recogniseCsv(text, mappings);
  switch (recognition.outcome) {
    case 'recognised':
      return recognition.register.kind;
    case 'ambiguous':
      return `ambiguous: ${recognition.kinds.join(' or ')}`;
    default:
      return recognition.outcome;
  }
};
const read = (text: string, mappings: readonly ColumnMapping[] = []): ReadRegister => {
  const { delimiter, recognition } = recogniseCsv(text, mappings);
  if (recognition.outcome !== 'recognised') throw new Error(`not recognised: ${recognition.outcome}`);
  return readRegister(readCsv(text, delimiter), recognition.register, 'list.csv');
};
const fieldsOf = (text: string, mappings: readonly ColumnMapping[] = []) =>
  read(text, mappings).rows.map(row => row.fields);

describe('a list is known by its columns:', () => {
  it.each<[RegisterKind, string]>([
    ['components', 'Asset ID,Hostname,IP Address,Function / Use,Owner,In scope?'],
    ['components', 'Bezeichnung;Typ;Zweck;Verantwortlich;Standort'],
    ['components', 'System component,Vendor,Product,Version,Quantity'],
    ['justifications', 'Source,Destination,Protocol,Port,Business Justification,Approved By,Approval Date'],
    ['justifications', 'Service;Port;Protokoll;Begründung;Genehmigt von;Genehmigt am'],
    ['justifications', 'Insecure service,Port,Security features,Approver'],
    ['changes', 'Change ID,Summary,Reason for change,Impact,Approved by,Tested,Back-out plan'],
    ['changes', 'Issue key,Summary,Reporter,Assignee,Approvers,Status,Created,Resolved'],
    ['rule-reviews', 'Review date,Rule set,Reviewed by,Findings,Action taken,Next review'],
    ['rule-reviews', 'Date;Firewall;Rule ID;Still required?;Reviewer'],
    ['certificates', 'Common Name,Issuer,Serial Number,Not Before,Not After,Key Size,Owner'],
    ['certificates', 'Zertifikat;Aussteller;Ablaufdatum;Verantwortlich'],
    ['alerts', 'Alert ID,Timestamp,Severity,Source,Description,Status,Assigned To,Resolved At'],
    ['alerts', 'Vorfall;Datum;Schweregrad;Beschreibung;Status;Bearbeiter'],
    ['roles', 'Name,User ID,Role,Responsibilities,Last access review'],
    ['roles', 'Utilisateur;Identifiant;Rôle;Droits;Approuvé par'],
    ['edges', 'From,To,Protocol,Port,Data elements,Encrypted,Cardholder data'],
    ['edges', 'Quelle;Ziel;Protokoll;Port;Daten;Verschlüsselung'],
  ])('%s by %s', (kind, header) => {
    expect(kindOf(`${header}\n`)).toBe(kind);
  });

  it('without case, blanks, punctuation, accents and what stands in brackets', () => {
    expect(kindOf('ALERT-ID,raised_at (UTC),SEVÉRITÉ,"Handled  by"\n')).toBe('alerts');
  });

  it('below titles and blank rows', () => {
    const text = 'ACME Ltd.,,\nConfidential\n\nCommon name,Issuer,Expiry date\nx,y,2027-01-01\n';
    expect(read(text).rows).toMatchObject([{ kind: 'certificates', source: { file: 'list.csv', line: 5 } }]);
  });

  it('and titles settle what columns leave open', () => {
    const header = 'Source,Destination,Port,Protocol,Purpose\n';
    expect(kindOf(header)).toBe('ambiguous: justifications or edges');
    expect(kindOf(`Data-flow diagram 3\n${header}`)).toBe('edges');
    expect(kindOf(`Allowed services\n${header}`)).toBe('justifications');
  });

  it('never by a few words that any table has', () => {
    expect(kindOf('Name,Owner\nx,y\n')).toBe('none');
    expect(kindOf('Colour,Weight,Taste\nred,1,sweet\n')).toBe('unknown');
    expect(kindOf('A sentence, with a comma.\nAnd another.\n')).toBe('none');
  });

  it.each([
    ['a probe plan', 'src,dst,protocol,port,expected'],
    ['a scan of testssl', '"id","fqdn/ip","port","severity","finding","cve","cwe"'],
    ['flows of a firewall', 'source,destination,protocol,dst port,packets,bytes,action'],
    ['a report of Calico', 'endpoint,ingressProtected,egressProtected,envoyEnabled,appliedPolicies,services'],
    ['a scan of Prowler', 'AUTH_METHOD;TIMESTAMP;CHECK_ID;CHECK_TITLE;STATUS;SEVERITY;RESOURCE_UID'],
  ])('and %s is none', (_name, header) => {
    expect(['unknown', 'none']).toContain(kindOf(`${header}\n${header}\n`));
  });

  it('and every name stands for one field of a kind alone', () => {
    for (const kind of REGISTER_KINDS) {
      const owners = new Map<string, string>();
      for (const [field, { names }] of columnsOf(kind))
        for (const name of names) {
          const folded = foldName(name);
          expect(`${kind}.${name}: ${owners.get(folded) ?? field}`).toBe(`${kind}.${name}: ${field}`);
          owners.set(folded, field);
        }
    }
  });
});

describe('a saved mapping', () => {
  const mapping: ColumnMapping = {
    kind: 'components',
    columns: [{ header: 'Thing', field: 'name' }, { header: 'Does', field: 'function' }, { header: 'Owner' }],
  };

  it('reads columns that no name tells, and leaves out what it says', () => {
    expect(read('Thing;Does;Owner;Version\nredis;cache;bob;7\n', [mapping]).rows).toMatchObject([
      {
        kind: 'components',
        fields: { name: 'redis', function: 'cache', version: '7' },
        others: [{ column: 'Owner', text: 'bob' }],
      },
    ]);
  });

  it('wins over names', () => {
    const text = 'Source,Destination,Protocol,Port,Business need\n';
    const edges = { kind: 'edges', columns: [{ header: 'business need', field: 'purpose' }] };
    expect(kindOf(text)).toBe('justifications');
    expect(kindOf(text, [edges])).toBe('edges');
  });

  it('is replaced by a later one, and taken back by one without fields', () => {
    const text = 'Thing;Does;Owner\na;b;c\n';
    const later = {
      kind: 'roles',
      columns: mapping.columns.map(({ header }) => ({
        header,
        field: header === 'Thing' ? 'person' : undefined,
      })),
    };
    const back = { kind: 'roles', columns: mapping.columns.map(({ header }) => ({ header })) };
    expect(kindOf(text, [mapping, later])).toBe('roles');
    expect(kindOf(text, [later, mapping])).toBe('components');
    expect(kindOf(text, [mapping, back])).toBe('unknown');
  });

  it('is for tables with all its columns', () => {
    expect(kindOf('Thing;Does;Other\na;b;c\n', [mapping])).toBe('unknown');
  });

  it('of a kind or field that is none changes nothing', () => {
    const strange = [
      { kind: 'recipes', columns: [{ header: 'Thing', field: 'name' }] },
      { kind: 'components', columns: [{ header: 'Thing', field: 'constructor' }] },
    ];
    expect(kindOf('Thing;Does;Owner\na;b;c\n', strange.slice(0, 1))).toBe('unknown');
    expect(fieldsOf('Thing;Does;Owner\na;b;c\n', strange)).toEqual([{ owner: 'c' }]);
  });
});

describe('rows', () => {
  it('of components', () => {
    const text =
      'Name,Type,Function,Owner,IP addresses,Version,Count,End of life,Rack\n' +
      'card/api,workload,authorises payments,Team Card,"10.0.0.1; 10.0.0.2",1.4,3,2027-06-30,R 7\n';
    expect(read(text).rows).toEqual([
      {
        kind: 'components',
        fields: {
          name: 'card/api',
          type: 'workload',
          function: 'authorises payments',
          owner: 'Team Card',
          addresses: ['10.0.0.1', '10.0.0.2'],
          version: '1.4',
          count: 3,
          supportedUntil: { day: '2027-06-30' },
        },
        others: [{ column: 'Rack', text: 'R 7' }],
        source: { file: 'list.csv', line: 2 },
      },
    ]);
  });

  it('of justifications', () => {
    const text =
      'From,To,Protocol,Ports,Business need,Approved by,Approved on,Insecure,Mitigation\n' +
      'web,card/api,tcp,"443, 8000-8010",Checkout,CISO,2026-02-01,no,n/a\n' +
      'ops,db,TCP/UDP,any,Backup,,,yes,Own network\n';
    expect(fieldsOf(text)).toEqual([
      {
        source: 'web',
        destination: 'card/api',
        protocols: ['TCP'],
        ports: [
          { from: 443, to: 443 },
          { from: 8000, to: 8010 },
        ],
        reason: 'Checkout',
        approvedBy: 'CISO',
        approvedAt: { day: '2026-02-01' },
        insecure: false,
      },
      {
        source: 'ops',
        destination: 'db',
        protocols: ['TCP', 'UDP'],
        ports: [{ from: 1, to: 65535 }],
        reason: 'Backup',
        insecure: true,
        mitigation: 'Own network',
      },
    ]);
  });

  it('of changes', () => {
    const text =
      'Change,Summary,Reason,Security impact,Requested by,Approved by,Approval date,Test result,Rollback plan,Implemented at (UTC),Commit\n' +
      'CHG-1,Open 8443,New gateway,None expected,ann,bob,2026-03-01,passed,git revert,2026-03-02 10:15,ab12\n';
    expect(fieldsOf(text)).toMatchObject([
      {
        id: 'CHG-1',
        requestedBy: 'ann',
        approvedBy: 'bob',
        approvedAt: { day: '2026-03-01' },
        tested: 'passed',
        rollback: 'git revert',
        implementedAt: { day: '2026-03-02', time: '10:15', at: '2026-03-02T10:15:00Z' },
        commit: 'ab12',
      },
    ]);
  });

  it('of rule reviews', () => {
    const text =
      'Reviewed on,Covers,Reviewer,Result,Action,Due,Resolved on\n' +
      '2026-01-10,NetworkPolicies,ann,2 rules unused,remove,2026-02-01,2026-01-30\n';
    expect(fieldsOf(text)).toMatchObject([
      { reviewedAt: { day: '2026-01-10' }, covers: 'NetworkPolicies', resolvedAt: { day: '2026-01-30' } },
    ]);
  });

  it('of certificates', () => {
    const text =
      'Subject,Issuer,SHA-256,Algorithm,Key length,Valid from,Valid to,Used by,Custodian\n' +
      'CN=pay.example,Example CA,ab:cd,RSA,2048 bits,1 Jan 2026,31-Dec-2026,ingress/pay,ops\n';
    expect(fieldsOf(text)).toMatchObject([
      {
        name: 'CN=pay.example',
        fingerprint: 'ab:cd',
        keySize: 2048,
        validFrom: { day: '2026-01-01' },
        validUntil: { day: '2026-12-31' },
        location: 'ingress/pay',
        owner: 'ops',
      },
    ]);
  });

  it('of alerts', () => {
    const text =
      'Alert,Raised on,Severity,Source,Title,Status,Assignee,Triaged at,Closed\n' +
      'A-7,2026-03-02T10:15:30+01:00,high,Falco,shell in pod,closed,eve,2026-03-02 10:40 CET,2026-03-03\n';
    expect(fieldsOf(text)).toMatchObject([
      {
        raisedAt: { day: '2026-03-02', time: '10:15:30', at: '2026-03-02T09:15:30Z' },
        tool: 'Falco',
        owner: 'eve',
        acknowledgedAt: { day: '2026-03-02', time: '10:40 CET' },
        closedAt: { day: '2026-03-03' },
      },
    ]);
  });

  it('of roles', () => {
    const text =
      'Name,Account,Role,Groups,Duties,Approved by,Last reviewed\n' +
      'Ann Ops,ann@example.com,network admin,"nsc-admins; on-call",network policies,CISO,2026-01-15\n';
    expect(fieldsOf(text)).toMatchObject([
      {
        person: 'Ann Ops',
        account: 'ann@example.com',
        role: 'network admin',
        groups: ['nsc-admins', 'on-call'],
        duties: 'network policies',
        reviewedAt: { day: '2026-01-15' },
      },
    ]);
  });

  it('of edges', () => {
    const text =
      'Source,Destination,Protocol,Port,Data,Account data,Stage,Encryption\n' +
      'web/front,card/api,TCP,https,PAN and expiry,yes,authorisation,TLS 1.3\n' +
      '*,card/api,*,443/tcp,health,no,,\n';
    expect(fieldsOf(text)).toMatchObject([
      { ports: [{ from: 443, to: 443 }], accountData: true, stage: 'authorisation', encryption: 'TLS 1.3' },
      {
        source: '*',
        protocols: ['any'],
        ports: [{ from: 443, to: 443, protocol: 'TCP' }],
        accountData: false,
      },
    ]);
  });

  it('with cells that cannot be read keep them as texts, and say so with their line', () => {
    const text =
      'From,To,Port,Reason,Approved by,Approved on\nweb,card,https-ish,Checkout,CISO,last spring\n';
    const { rows, diagnostics } = read(text);
    expect(rows[0]?.others).toEqual([
      { column: 'Port', text: 'https-ish' },
      { column: 'Approved on', text: 'last spring' },
    ]);
    expect(rows[0]?.fields).not.toHaveProperty('ports');
    expect(diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['intake.register.cell', 'list.csv', 2],
      ['intake.register.cell', 'list.csv', 2],
    ]);
  });

  it('name twenty bad cells of a column and count the rest', () => {
    const text = `Common name,Issuer,Valid until\n${'a,b,soon\n'.repeat(50)}`;
    const { rows, diagnostics } = read(text);
    expect(rows).toHaveLength(50);
    expect(diagnostics).toHaveLength(21);
    expect(diagnostics.at(-1)?.message).toContain('50 cells');
  });

  it('hold no value where a cell says nothing', () => {
    const text = 'Service,Port,Reason,Approver\nssh,22,TBD,-\nsmtp,25,n/a,none\n';
    expect(fieldsOf(text)).toEqual([
      { service: 'ssh', ports: [{ from: 22, to: 22 }] },
      { service: 'smtp', ports: [{ from: 25, to: 25 }] },
    ]);
    expect(read(text).rows[0]?.others).toEqual([
      { column: 'Reason', text: 'TBD' },
      { column: 'Approver', text: '-' },
    ]);
  });

  it('leave out repeated names and blank rows, and say which rows fill nothing', () => {
    const text =
      'Common name,Issuer,Valid until,Remark\na,b,2027-01-01,\nCommon name,Issuer,Valid until,Remark\n,,,\n,,,page 2\n';
    const { rows, diagnostics } = read(text);
    expect(rows).toHaveLength(1);
    expect(diagnostics).toMatchObject([{ code: 'intake.register.empty-row', line: 5 }]);
  });

  it('keep formulas as the texts they are', () => {
    const text = 'Common name,Issuer,Valid until\n"=cmd|\'/c calc\'!A1",@SUM(A1),2027-01-01\n';
    expect(fieldsOf(text)).toMatchObject([{ name: "=cmd|'/c calc'!A1", issuer: '@SUM(A1)' }]);
  });

  it('span the lines of their quoted cells', () => {
    const text = 'Common name,Issuer,Valid until\n"a\nb",c,2027-01-01\nd,e,2027-01-02\n';
    expect(read(text).rows.map(row => row.source)).toEqual([
      { file: 'list.csv', line: 2, endLine: 3 },
      { file: 'list.csv', line: 4 },
    ]);
  });

  it('keep what a second column of the same field says', () => {
    const { rows, diagnostics } = read('Name,Component,Type,Version\na,b,c,d\n');
    expect(rows).toMatchObject([{ fields: { name: 'a' }, others: [{ column: 'Component', text: 'b' }] }]);
    expect(diagnostics).toMatchObject([{ code: 'intake.register.column-twice', line: 1 }]);
  });
});

describe('dates', () => {
  const days = (...cells: readonly string[]) =>
    fieldsOf(`Common name,Issuer,Valid until\n${cells.map(cell => `a,b,"${cell}"\n`).join('')}`).map(
      fields => ('validUntil' in fields ? fields.validUntil.day : undefined) ?? 'open',
    );

  it.each([
    ['2026-03-04', '2026-03-04'],
    ['2026/3/4', '2026-03-04'],
    ['20260304', '2026-03-04'],
    ['4.3.2026', '2026-03-04'],
    ['04.03.26', '2026-03-04'],
    ['4 March 2026', '2026-03-04'],
    ['4. März 2026', '2026-03-04'],
    ['Mar 4th, 2026', '2026-03-04'],
    ['04-Mar-2026', '2026-03-04'],
    ['4 août 2026', '2026-08-04'],
    ['Wed, 4 Mar 2026 10:00:00 GMT', '2026-03-04'],
    ['2026-02-30', 'open'],
    ['31.11.2026', 'open'],
    ['Q3 2026', 'open'],
    ['45000', 'open'],
  ])('%s is %s', (cell, day) => {
    expect(days(cell)).toEqual([day]);
  });

  it('with slashes are read by what the rest of the table tells', () => {
    expect(days('03/04/2026', '25/04/2026')).toEqual(['2026-04-03', '2026-04-25']);
    expect(days('03/04/2026', '04/25/2026')).toEqual(['2026-03-04', '2026-04-25']);
  });

  it('with slashes stay open where nothing tells, or two dates contradict', () => {
    expect(days('03/04/2026', '05/05/2026')).toEqual(['open', '2026-05-05']);
    expect(days('03/04/2026', '25/04/2026', '04/25/2026')).toEqual(['open', '2026-04-25', '2026-04-25']);
  });
});

describe('templates', () => {
  it.each(REGISTER_KINDS)('of %s are recognised when they come back, with every field', kind => {
    const template = registerTemplate(kind);
    expect(kindOf(template)).toBe(kind);
    const { recognition } = recogniseCsv(template);
    const fields = recognition.outcome === 'recognised' ? recognition.register.fields : [];
    expect(fields).toEqual([...columnsOf(kind).keys()]);
    expect(read(template).rows).toEqual([]);
  });
});

describe('a long list', () => {
  it('of 100,000 rows is read whole', () => {
    const line = (n: number) => `web-${n},card/api,TCP,443,"Checkout, step ${n}",CISO,2026-02-01\n`;
    const text = `From,To,Protocol,Port,Business need,Approved by,Approved on\n${Array.from({ length: 100_000 }, (_, n) => line(n)).join('')}`;
    const { rows, diagnostics } = read(text);
    expect(rows).toHaveLength(100_000);
    expect(rows.at(-1)?.source.line).toBe(100_001);
    expect(diagnostics).toEqual([]);
  }, 20_000);
});
