// kube-bench results: controls, tests, results. One run covers one node and names none. WARN is a manual check.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { BenchmarkResult } from '../../model/audit.ts';
import { itemsOf } from '../document.ts';
import type { DocumentFormat } from './format.ts';
import { text } from './values.ts';

/** A result before its cluster is known. */
export type UnplacedResult = Omit<BenchmarkResult, 'cluster'>;

/** Results of kube-bench. */
export const KUBE_BENCH: DocumentFormat = {
  name: 'kube-bench',
  recognise: value => {
    const [control] = benchControls(value);
    return control === undefined
      ? undefined
      : `controls with node_type and tests (${text(control['version']) || 'no version'})`;
  },
  read: (document, { file, lineAt }, into) => {
    const results = readBench(benchControls(document.value), file, (container, key) =>
      lineAt(document.places.of(container, key)?.start ?? document.range.start),
    );
    for (const result of results) into.benchmark(result);
    return results.length;
  },
};

/** The controls of an output with totals, without totals, or of one target alone. */
function benchControls(value: JsonValue): readonly JsonObject[] {
  const list = Array.isArray(value)
    ? (value as readonly JsonValue[])
    : isObject(value) && Array.isArray(value['Controls'])
      ? itemsOf(value['Controls'])
      : [value];
  const controls = list.filter(isObject);
  const isControl = (control: JsonObject): boolean =>
    typeof control['node_type'] === 'string' && Array.isArray(control['tests']);
  return controls.length > 0 && controls.every(isControl) ? controls : [];
}

/** Every result of some controls. */
function readBench(
  controls: readonly JsonObject[],
  file: string,
  lineOf: (container: object, key: string | number) => number,
): readonly UnplacedResult[] {
  return controls.flatMap(control =>
    itemsOf(control['tests'])
      .filter(isObject)
      .flatMap(test => {
        const results = itemsOf(test['results']);
        return results.map((result, index) => readResult(control, result, file, lineOf(results, index)));
      }),
  );
}

function readResult(control: JsonObject, value: JsonValue, file: string, line: number): UnplacedResult {
  const result = isObject(value) ? value : {};
  const status = text(result['status']);
  return {
    benchmark: text(control['version']),
    target: text(control['node_type']),
    number: text(result['test_number']),
    text: text(result['test_desc']),
    status: status === 'PASS' || status === 'FAIL' || status === 'WARN' ? status : 'INFO',
    scored: result['scored'] === true,
    source: { file, line },
  };
}
