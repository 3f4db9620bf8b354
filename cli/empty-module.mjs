// Stands in for optional browser parts of jsPDF (canvg, html2canvas, DOMPurify, core-js), none of which Vouch uses.
export const unavailable = true;
export default undefined;
